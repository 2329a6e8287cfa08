import { plannedAccountId, plannedZone } from "./model.ts";

/** What the world outside the plan answers. */
export interface CallAnswers {
  /** Region of the stack's ARNs. Default `ap-southeast-2`. */
  readonly region?: string;
  /** Outputs of the stack's last update, as its self reference reads them. Default none: a new stack. */
  readonly stackOutputs?: Readonly<Record<string, unknown>>;
  /** Outputs of other stacks by their names, with organization and project. Default none: there are no such stacks. */
  readonly otherStacks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Values of SSM parameters by name. Default none. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Listener rules in AWS by ARN: the weight of each target group, by its ARN. Default none. */
  readonly listenerRules?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Records at Cloudflare by name. Default none. */
  readonly dnsRecords?: Readonly<Record<string, readonly { readonly type: string; readonly content: string }[]>>;
  /** Functions that fail, by token, and what their provider says. Default none. */
  readonly failing?: Readonly<Record<string, string>>;
}

/** What a provider answers where AWS refuses: the program's to handle, where an unknown function is the model's fault. */
export class ProviderError extends Error {
  /** Where the SDK looks for what a provider said, as gRPC hands it over. */
  readonly details: string;

  constructor(message: string) {
    super(message);
    this.details = message;
  }
}

/**
 * Answers a provider function.
 *
 * @throws {ProviderError} where the provider itself would answer with an error
 * @throws {Error} for a function that the model does not know: an invented answer would make a plan that means nothing
 */
export function answerCall(
  token: string,
  inputs: Readonly<Record<string, unknown>>,
  answers: CallAnswers,
): Record<string, unknown> {
  const failure = answers.failing?.[token];
  if (failure !== undefined) throw new ProviderError(failure);
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        id: plannedAccountId,
        accountId: plannedAccountId,
        arn: `arn:aws:iam::${plannedAccountId}:user/planner`,
        userId: "planner",
      };
    case "aws:ssm/getParametersByPath:getParametersByPath": {
      const path = String(inputs["path"]);
      const found = Object.entries(answers.parameters ?? {}).filter(([name]) => name.startsWith(`${path}/`));
      return { id: path, path, names: found.map(([name]) => name), values: found.map(([, value]) => value) };
    }
    case "aws:lb/getListenerRule:getListenerRule": {
      const arn = String(inputs["arn"]);
      const weights = answers.listenerRules?.[arn];
      if (weights === undefined) {
        throw new ProviderError(
          `invoking aws:lb/getListenerRule:getListenerRule: reading ELBv2 Listener Rule (${arn}): couldn't find resource`,
        );
      }
      const targetGroups = Object.entries(weights).map(([group, weight]) => ({ arn: group, weight }));
      const forwards = [{ targetGroups, stickinesses: [{ enabled: false, duration: 1 }] }];
      return { arn, actions: [{ type: "forward", order: 1, forwards }] };
    }
    case "pulumi:pulumi:readStackOutputs": {
      const name = String(inputs["name"]);
      const outputs = answers.otherStacks?.[name];
      if (outputs === undefined) {
        throw new ProviderError(`invocation of ${token} returned an error: unknown stack "${name}"`);
      }
      return { name, outputs, secretOutputNames: [] };
    }
    case "cloudflare:index/getZone:getZone":
      return { id: "planned-zone", zoneId: plannedZone.id, ...inputs };
    case "cloudflare:index/getDnsRecords:getDnsRecords": {
      const { exact } = inputs["name"] as { readonly exact: string };
      return { id: "planned-records", results: answers.dnsRecords?.[exact] ?? [], ...inputs };
    }
    default:
      throw new Error(
        `The provider model does not know the function ${token}. Add what it answers to rehearsal/plan/provider-model/answer-call.ts.`,
      );
  }
}

import { type RollbackDefinitionOptions, rolloutCommandLine } from "./definition-shared.ts";
import {
  type Condition,
  callState,
  containsText,
  httpState,
  isPresent,
  isSameText,
  isText,
  type State,
} from "./states-language.ts";

/** How the machine takes the frontend back. */
export interface FrontendReturn {
  /** The EventBridge connection that holds Vercel's token. */
  readonly connectionArn: string;
  /** The project at Vercel. */
  readonly projectId: string;
  /** The team that owns it. Absent where the token's own account does. */
  readonly teamId?: string | undefined;
  /** The SSM parameter that tells which frontend is out with which release. */
  readonly parameterName: string;
}

/** Where Vercel's API is. */
const vercelApi = "https://api.vercel.com";

/** The calls that the machine makes of Vercel, as a condition of its role names them. */
export function rollbackEndpoint(projectId: string): string {
  return `${vercelApi}/v1/projects/${projectId}/rollback/`;
}

/** Seconds that one attempt to read or to move the frontend may take. The notice must go out in any case. */
const withinSeconds = 5;

const releasedPath = "$.frontend.value";

/** Whether Vercel did not take it back. */
export const frontendIsStuck: Condition = isPresent("$.frontendError");

/** Whether the parameter tells of a frontend that is out with the candidate's release, or still has to be taken back. */
const isOut: Condition = {
  And: [
    isPresent(`${releasedPath}.before`),
    isPresent(`${releasedPath}.deployment`),
    isPresent(`${releasedPath}.projectId`),
    {
      Or: [
        isText(`${releasedPath}.state`, "returning"),
        {
          And: [
            isText(`${releasedPath}.state`, "out"),
            isSameText(`${releasedPath}.colour`, "$.plan.candidate"),
            isSameText(`${releasedPath}.candidateSince`, "$.release.value.candidateSince"),
          ],
        },
      ],
    },
  ],
};

/** The state that follows the latch: the frontend, where the machine can take it back. */
export function afterLatch({ frontend }: Pick<RollbackDefinitionOptions, "frontend">): string {
  return frontend === undefined ? "ReadReceiver" : "ReadFrontend";
}

/** What the notice says of the receiver and the frontend, as the arguments of a format: the live colour first. */
export function sentenceOf(text: string, { frontend }: Pick<RollbackDefinitionOptions, "frontend">): string {
  return frontend === undefined
    ? `States.Format('${text}', $.plan.live)`
    : `States.Format('${text} {}', $.plan.live, $.frontendNotice.sentence)`;
}

/**
 * The states that take the frontend back, once the API's traffic and the latch are done. Nothing but the notice waits for them,
 * and a Vercel that fails is told.
 *
 * The commands wrote down which frontend is out with which release, and what served before; so one call of Vercel is enough. The
 * answer is dropped: Vercel's has no body.
 *
 * @see AWS Step Functions Developer Guide, "Call HTTPS APIs in Step Functions workflows"; Vercel REST API, "Point production
 *   traffic to a previous production deployment"
 */
export function frontendStates(options: RollbackDefinitionOptions): Record<string, State> {
  const { frontend, addressParameterName, latchParameterName } = options;
  if (frontend === undefined) return {};
  const read = (comment: string, name: string, path: string, next: string): State =>
    callState({
      comment,
      action: "ssm:getParameter",
      parameters: { Name: name },
      keep: { selector: { "value.$": "States.StringToJson($.Parameter.Value)" }, path },
      timeoutSeconds: withinSeconds,
      retries: 1,
      failure: { path: "$.frontendReadError", next: "WasFrontendReleased" },
      next,
    });
  const command = rolloutCommandLine("frontend", latchParameterName);
  return {
    ReadFrontend: read(
      "Which frontend is out with which release",
      frontend.parameterName,
      "$.frontend",
      "ReadReleaseOfFrontend",
    ),
    ReadReleaseOfFrontend: read("Since when the candidate is it", addressParameterName, "$.release", "IsFrontendOut"),
    WasFrontendReleased: {
      Type: "Choice",
      Comment: "Without the parameter no command has ever moved a frontend",
      Choices: [{ ...containsText("$.frontendReadError.Error", "ParameterNotFound"), Next: "FrontendNotOut" }],
      Default: "FrontendUnknown",
    },
    IsFrontendOut: {
      Type: "Choice",
      Comment: "A frontend of another release stays where it is",
      Choices: [{ ...isOut, Next: "ReturnFrontend" }],
      Default: "FrontendNotOut",
    },
    ReturnFrontend: httpState({
      comment: "Every visitor gets the frontend from before",
      parameters: {
        "ApiEndpoint.$": `States.Format('${rollbackEndpoint(frontend.projectId)}{}', ${releasedPath}.before)`,
        Method: "POST",
        Authentication: { ConnectionArn: frontend.connectionArn },
        ...(frontend.teamId === undefined ? {} : { QueryParameters: { teamId: frontend.teamId } }),
      },
      timeoutSeconds: withinSeconds,
      retries: 2,
      failure: { path: "$.frontendError", next: "FrontendStillOut" },
      next: "FrontendReturned",
    }),
    FrontendReturned: {
      Type: "Pass",
      Comment: "The parameter as it is from now on: a command that follows takes nothing back twice",
      Parameters: {
        version: 1,
        state: "back",
        "colour.$": `${releasedPath}.colour`,
        "candidateSince.$": `${releasedPath}.candidateSince`,
        "deployment.$": `${releasedPath}.deployment`,
        "before.$": `${releasedPath}.before`,
        "projectId.$": `${releasedPath}.projectId`,
        ...(frontend.teamId === undefined ? {} : { teamId: frontend.teamId }),
        "at.$": "$$.State.EnteredTime",
      },
      ResultPath: "$.frontendBack",
      Next: "KeepFrontend",
    },
    KeepFrontend: callState({
      comment: "Where it fails, a command takes the frontend back once more, which changes nothing",
      action: "ssm:putParameter",
      parameters: {
        Name: frontend.parameterName,
        Type: "String",
        Overwrite: true,
        "Value.$": "States.JsonToString($.frontendBack)",
      },
      timeoutSeconds: withinSeconds,
      retries: 1,
      failure: { path: "$.frontendKeepError", next: "FrontendBack" },
      next: "FrontendBack",
    }),
    FrontendBack: sentence(
      `States.Format('The frontend is back: every visitor gets {} again.', ${releasedPath}.before)`,
    ),
    FrontendStillOut: sentence(
      `States.Format('The frontend {} is STILL OUT, because Vercel did not take it back. Take it back now: ${command}.', ${releasedPath}.deployment)`,
    ),
    FrontendUnknown: sentence(
      `States.Format('It is not known whether the frontend of {} is out. Look, and take it back: ${command}.', $.plan.candidate)`,
    ),
    FrontendNotOut: sentence("States.Format('No frontend is out with {}.', $.plan.candidate)"),
  };
}

function sentence(format: string): State {
  return {
    Type: "Pass",
    Comment: "A sentence of the notice",
    Parameters: { "sentence.$": format },
    ResultPath: "$.frontendNotice",
    Next: "ReadReceiver",
  };
}

import "./lean-sdk.ts";
import * as pulumi from "@pulumi/pulumi";
import debuggable from "@pulumi/pulumi/runtime/debuggable.js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { isSamePath, type KeyPath } from "../../infra/config/config-keys.ts";
import { listenerRule } from "../../policies/kinds.ts";
import { forwardTargets } from "../../rollout/split.ts";
import type { PlannedResource } from "./planned-resource.ts";
import { answerCall, type CallAnswers, ProviderError } from "./provider-model/answer-call.ts";
import { answerResource, UnmodelledResourcesError } from "./provider-model/answer-resource.ts";
import type { ServiceModel } from "./provider-model/model.ts";
import { secretPaths, type Unwrapped, unwrapSecrets } from "./unwrap-secrets.ts";

/** What to run and in which stack. */
export interface RecordRequest {
  readonly project: string;
  readonly stack: string;
  /** Config as the engine hands it over: full keys, every value a text. */
  readonly config?: Readonly<Record<string, string>>;
  /** Keys of `config` that hold secrets. */
  readonly secretKeys?: readonly string[];
  /** What provider functions and stack references answer; anything else fails. */
  readonly calls?: CallAnswers;
  /** Whether the program is told that this is a preview, in which outputs can be unknown. Default: it is an update. */
  readonly isPreview?: boolean;
  /** Resource types that another provider answers than the provider model, such as one that fails to change a rule. */
  readonly models?: ServiceModel;
  /** The program; what it returns are the stack's outputs. */
  readonly program: () => unknown;
}

/** What the program registered, in order, and what it returned. */
export interface RecordedPlan {
  readonly resources: readonly PlannedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Where `outputs` hold secrets. */
  readonly secretOutputs: readonly KeyPath[];
}

/** The SDK keeps its monitor and config in globals, so that programs are run one after the other. */
let previousRun: Promise<unknown> = Promise.resolve();

/**
 * Runs a Pulumi program in this process against the SDK's own mock monitor and records every resource it registers.
 *
 * Nothing outside the process is contacted. Provider-assigned values come from the provider model.
 *
 * @throws whatever the program throws
 * @throws {UnmodelledResourcesError} naming every resource type that the provider model does not know
 */
export function recordPlan(request: RecordRequest): Promise<RecordedPlan> {
  const run = previousRun.then(() => runOnce(request));
  previousRun = run.catch(() => undefined);
  return run;
}

async function runOnce(request: RecordRequest): Promise<RecordedPlan> {
  const recorder = new RecordingMonitor(request.calls ?? {}, request.models ?? {});
  const { project, stack, isPreview = false } = request;
  await pulumi.runtime.setMocks(recorder.mocks, project, stack, isPreview, "organization");
  pulumi.runtime.setMockOptions(recorder, project, stack, isPreview, "organization");
  pulumi.runtime.setAllConfig({ ...request.config }, [...(request.secretKeys ?? [])]);
  const failures: unknown[] = [];
  const outputs = await withoutStackTraces(async () => {
    const planned = await pulumi.runtime.runInPulumiStack(async () => {
      try {
        return await request.program();
      } catch (error) {
        // Thrown on from here it would also surface as an unhandled rejection of the stack's registration.
        failures.push(error);
        return {};
      }
    });
    await pulumi.runtime.disconnect();
    return planned;
  });
  const [failure] = [...recorder.failures, ...failures];
  if (failure !== undefined) throw failure;
  if (recorder.unmodelledTypes.size > 0) throw new UnmodelledResourcesError([...recorder.unmodelledTypes]);
  return {
    resources: recorder.planned,
    outputs: (outputs ?? {}) as Record<string, unknown>,
    secretOutputs: recorder.secretOutputs,
  };
}

type RegisterRequest = Parameters<MockMonitor["registerResource"]>[0];
type Callback = Parameters<MockMonitor["registerResource"]>[1];
type OutputsRequest = Parameters<MockMonitor["registerResourceOutputs"]>[0];
type OutputsCallback = Parameters<MockMonitor["registerResourceOutputs"]>[1];

/**
 * The SDK writes a stack trace onto every promise that it makes, to name those that have not ended when the process does,
 * and into every registration, for the engine. That takes half of the time of a plan. Here nobody reads them: a plan that
 * does not end is still awaited, and there is no engine.
 */
async function withoutStackTraces<T>(run: () => Promise<T>): Promise<T> {
  const putBack = [
    replace(debuggable, "debuggablePromise", (promise: unknown) => promise),
    replace(pulumi.Resource, "callsites", () => []),
  ];
  try {
    return await run();
  } finally {
    for (const undo of putBack) undo();
  }
}

/** @returns puts back what was there */
function replace(owner: object, name: string, value: unknown): () => void {
  const before: unknown = Reflect.get(owner, name);
  Reflect.set(owner, name, value);
  return () => void Reflect.set(owner, name, before);
}

interface Registered {
  readonly id: string;
  readonly inputs: Unwrapped;
  readonly outputs: Unwrapped;
  readonly secretPaths: readonly KeyPath[];
}

/**
 * The SDK's mock monitor keeps neither parents nor options; this one does, and leaves the rest to it. What the provider
 * model cannot answer is kept and raised when the program has ended: an error inside a registration would reach the
 * SDK's own promises, which nobody here can await.
 */
class RecordingMonitor extends MockMonitor {
  readonly planned: PlannedResource[] = [];
  /** Where the stack's outputs hold secrets. */
  secretOutputs: readonly KeyPath[] = [];
  readonly unmodelledTypes: Set<string>;
  readonly failures: unknown[];
  readonly #registered: Map<string, Registered>;

  constructor(calls: CallAnswers, models: ServiceModel) {
    const unmodelledTypes = new Set<string>();
    const failures: unknown[] = [];
    const registered = new Map<string, Registered>();
    const names = new Set<string>();
    const rulesInAws: Record<string, Record<string, number>> = {};
    const answer = (question: Parameters<typeof answerResource>[0]) => {
      try {
        const answered = answerResource(question);
        if (answered === undefined) unmodelledTypes.add(question.type);
        return answered;
      } catch (error) {
        failures.push(error);
        return undefined;
      }
    };
    super({
      newResource({ type, name, inputs, custom, id }) {
        if (names.has(`${type}|${name}`)) {
          failures.push(new Error(`Two resources of type ${type} are named ${name}. Give each its own name.`));
        }
        names.add(`${type}|${name}`);
        if (custom === false) return { id: "", state: {} };
        const answered = answer({ type, name, inputs, id, calls, models }) ?? { id: name, state: {} };
        const state = { ...inputs, ...answered.state };
        if (type === listenerRule.token) rulesInAws[answered.id] = weightsByTarget(unwrapSecrets(state));
        registered.set(`${type}|${name}`, {
          id: answered.id,
          inputs: unwrapSecrets(inputs),
          outputs: unwrapSecrets(state),
          secretPaths: secretPaths(state),
        });
        return { id: answered.id, state };
      },
      call({ token, inputs }) {
        try {
          return answerCall(token, inputs, { ...calls, listenerRules: { ...rulesInAws, ...calls.listenerRules } });
        } catch (error) {
          if (error instanceof ProviderError) throw error;
          failures.push(error);
          return {};
        }
      },
    });
    this.unmodelledTypes = unmodelledTypes;
    this.failures = failures;
    this.#registered = registered;
  }

  override async registerResource(request: RegisterRequest, callback: Callback): Promise<void> {
    await super.registerResource(request, (error, response) => {
      if (response !== undefined) this.#record(request, response.getUrn());
      callback(error, response);
    });
  }

  override registerResourceOutputs(request: OutputsRequest, callback: OutputsCallback): void {
    const [root] = this.planned;
    if (request.getUrn() === root?.urn) this.secretOutputs = secretPaths(request.getOutputs()?.toJavaScript());
    super.registerResourceOutputs(request, callback);
  }

  #record(request: RegisterRequest, urn: string): void {
    const type: string = request.getType();
    const name: string = request.getName();
    const parent: string = request.getParent();
    const provider: string = request.getProvider();
    const replaceOnChanges: readonly string[] = request.getReplaceonchangesList();
    const answer = this.#registered.get(`${type}|${name}`);
    const marked = answer?.secretPaths ?? [];
    const additional: KeyPath[] = request.getAdditionalsecretoutputsList().map((property: string) => [property]);
    this.planned.push({
      type,
      name,
      urn,
      ...(parent === "" ? {} : { parentUrn: parent }),
      custom: request.getCustom(),
      id: answer?.id ?? "",
      inputs: answer?.inputs ?? {},
      outputs: answer?.outputs ?? {},
      secretPaths: [...marked, ...additional.filter((path) => !marked.some((known) => isSamePath(known, path)))],
      ...(provider === "" ? {} : { provider }),
      ignoreChanges: request.getIgnorechangesList(),
      ...(replaceOnChanges.length === 0 ? {} : { replaceOnChanges }),
      protect: request.getProtect() ?? false,
    });
  }
}

/** The weight of each target group by its ARN, as AWS has them once the rule is written. */
function weightsByTarget({ actions = [] }: Unwrapped): Record<string, number> {
  const targets = forwardTargets(actions as Parameters<typeof forwardTargets>[0]);
  return Object.fromEntries(targets.map(({ arn, weight = 1 }) => [arn, weight]));
}

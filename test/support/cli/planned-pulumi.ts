import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetParametersCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import type { PulumiStack, SavedPlan, UpdateRequest } from "../../../cli/pulumi.ts";
import { explainPulumi } from "../../../cli/pulumi-failure.ts";
import { readSplit, writeSplit } from "../../../infra/aws/public-rule.ts";
import { projectName, stackFileName } from "../../../infra/config/config-keys.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { latchParameter, rollbackAddressParameter } from "../../../infra/naming.ts";
import type { RecordedOutputs } from "../../../infra/stack-outputs.ts";
import { diffOutputs, diffPlans } from "../../../rehearsal/plan/diff-plans.ts";
import { type PlanRequest, planStage, type StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import type { PublicRuleAddress } from "../../../rollout/rollback-address.ts";
import { type Split, weightsByColour } from "../../../rollout/split.ts";
import { createPlannedAccount, type PlannedAccount } from "../aws/planned-account.ts";
import { setWeights } from "../aws/set-weights.ts";

/** What the last finished update left behind: Pulumi's state. */
interface State {
  readonly plan: Pick<StagePlan, "resources" | "outputs" | "record">;
  readonly account: string;
}

/** A plan, and what the program itself writes into the public rule before it registers anything. */
interface Planned {
  readonly plan: StagePlan;
  readonly writes: readonly { readonly address: PublicRuleAddress; readonly split: Split }[];
}

/** What a saved plan file of this fake holds. */
interface PlanFile extends SavedPlan {
  readonly updateTime: string;
}

/**
 * Pulumi in this process, for tests: it plans with the real program, which reads the latch and the rule from moto, and
 * applies what differs to moto. State and lock are files, so that a run that was cut off leaves what it leaves behind.
 *
 * It keeps what is known of the engine: a program that refuses changes nothing; an update that does not fit its plan stops
 * before it begins; the record is written last; a cut off update leaves its lock.
 */
export class PlannedPulumi implements PulumiStack {
  readonly #stage: Stage;
  readonly #projectFolder: string;
  readonly #moto: { readonly endpoint: string };
  readonly #statePath: string;
  readonly #lockPath: string;
  readonly #plans = new Map<string, Promise<Planned>>();
  /** Called within an update, after the cloud was changed and before the state is written. */
  betweenCloudAndState: () => Promise<void> = async () => {};

  constructor(stage: Stage, projectFolder: string, moto: { readonly endpoint: string }) {
    this.#stage = stage;
    this.#projectFolder = projectFolder;
    this.#moto = moto;
    this.#statePath = join(projectFolder, ".fake-state.json");
    this.#lockPath = join(projectFolder, ".fake-lock");
  }

  async outputs(): Promise<Record<string, unknown>> {
    const state = this.#read();
    return state === undefined ? {} : { ...this.account().translate(state.plan.outputs) };
  }

  async preview({ updateTime, planPath }: UpdateRequest & { readonly planPath: string }): Promise<SavedPlan> {
    const saved = planFile(this.#read()?.plan, (await this.#plan(updateTime)).plan, updateTime);
    writeFileSync(planPath, JSON.stringify(saved));
    return saved;
  }

  async update({ updateTime, planPath, onLine }: UpdateRequest & { readonly planPath?: string }): Promise<void> {
    const words = ["up", ...(planPath === undefined ? [] : ["--plan", planPath])];
    if (this.isLocked) {
      const stderr = "error: the stack is currently locked by 1 lock(s). Either wait or run `pulumi cancel`.";
      throw explainPulumi(this.#stage, words, { exitCode: 1, stdout: "", stderr });
    }
    const { plan, writes } = await this.#plan(updateTime);
    if (planPath !== undefined && differs(planPath, planFile(this.#read()?.plan, plan, updateTime))) {
      throw explainPulumi(this.#stage, words, { exitCode: 1, stdout: "Previewing update\n", stderr: "" });
    }
    writeFileSync(this.#lockPath, "");
    const account = this.account();
    onLine?.("Updating");
    for (const { address, split } of writes) {
      await writeSplit(account.clients.balancing, { ...address, ...this.#ruleInAws(account) }, split);
    }
    await account.deploy(plan);
    await this.betweenCloudAndState();
    const { resources, outputs, record } = plan;
    const state: State = { plan: { resources, outputs, record }, account: account.snapshot() };
    writeFileSync(this.#statePath, JSON.stringify(state));
    rmSync(this.#lockPath);
  }

  /** Whether an update is under way, or was cut off. */
  get isLocked(): boolean {
    return existsSync(this.#lockPath);
  }

  /** `pulumi cancel`. */
  cancel(): void {
    rmSync(this.#lockPath, { force: true });
  }

  /** The state as it is, to come back to. */
  state(): string {
    return readFileSync(this.#statePath, "utf8");
  }

  /**
   * Comes back to a state, with all times of its record moved. In AWS comes back what commands go by: the public rule's
   * weights and the rollback's address.
   */
  async restore(state: string, shiftMilliseconds: number): Promise<void> {
    const { plan, account }: State = JSON.parse(state);
    const moved = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value).replace(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, (_, at: string) =>
          JSON.stringify(new Date(new Date(at).getTime() + shiftMilliseconds).toISOString()),
        ),
      );
    const record: RolloutRecord = moved(plan.record);
    const outputs: RecordedOutputs = { ...plan.outputs, rollout: record };
    const { name } = rollbackAddressParameter(projectName, this.#stage);
    const resources = plan.resources.map((resource) => {
      const { inputs } = resource;
      if (inputs["name"] !== name) return resource;
      return { ...resource, inputs: { ...inputs, value: JSON.stringify(moved(JSON.parse(String(inputs["value"])))) } };
    });
    const movedPlan = { ...plan, resources, record, outputs };
    writeFileSync(this.#statePath, JSON.stringify({ account, plan: movedPlan } satisfies State));
    this.cancel();
    const { clients, translate } = this.account();
    const address = translate(outputs) as unknown as Parameters<typeof setWeights>[1];
    await setWeights(clients, address, weightsByColour(record.liveColour, record.weightPercent));
    const planned = resources.find(({ inputs }) => inputs["name"] === name);
    const Value = String(translate(planned?.inputs["value"]));
    await clients.parameters.send(new PutParameterCommand({ Name: name, Type: "String", Overwrite: true, Value }));
  }

  /** The account in moto as the last finished update knows it. */
  account(): PlannedAccount {
    return createPlannedAccount(this.#moto, this.#read()?.account);
  }

  get record(): RolloutRecord {
    const state = this.#read();
    if (state === undefined) throw new Error("No update has finished.");
    return state.plan.record;
  }

  #read(): State | undefined {
    return existsSync(this.#statePath) ? JSON.parse(readFileSync(this.#statePath, "utf8")) : undefined;
  }

  /** What the program plans, with what it would read from the last update and from AWS. */
  async #plan(updateTime: Date): Promise<Planned> {
    const state = this.#read();
    const request = { stage: this.#stage, now: updateTime, projectFolder: this.#projectFolder };
    if (state === undefined) return await planned({ ...request, previousRecord: null });
    const account = this.account();
    const { clients } = account;
    const { Parameters = [] } = await clients.parameters.send(
      new GetParametersCommand({ Names: [latchParameter(projectName, this.#stage).name] }),
    );
    const value = Parameters[0]?.Value;
    return await this.#planOnce({
      ...request,
      previousRecord: state.plan.record,
      latch: value === undefined ? "missing" : parseLatch(value),
      realWeights: await readSplit(clients.balancing, this.#ruleInAws(account)),
    });
  }

  /** Where the deployed rule and its target groups are. */
  #ruleInAws({ translate }: PlannedAccount): Pick<PublicRuleAddress, "publicRuleArn" | "targetGroupArns"> {
    const { publicRuleArn, targetGroupArns } = translate(this.#read()?.plan.outputs) as unknown as PublicRuleAddress;
    return { publicRuleArn, targetGroupArns };
  }

  /** The same question has the same answer, and tests of cut off runs ask the same a hundred times. */
  async #planOnce(request: PlanRequest): Promise<Planned> {
    const key = JSON.stringify([request, readFileSync(join(this.#projectFolder, stackFileName(this.#stage)), "utf8")]);
    const plan = this.#plans.get(key) ?? planned(request);
    this.#plans.set(key, plan);
    return await plan;
  }
}

/** Plans, and keeps what the program would write: previews and updates are one question here, and only updates write. */
async function planned(request: PlanRequest): Promise<Planned> {
  const writes: { address: PublicRuleAddress; split: Split }[] = [];
  const openPublicRule = async () => ({
    writeSplit: async (address: PublicRuleAddress, split: Split) => {
      writes.push({ address, split });
      return split;
    },
    readSplit: async () => writes.at(-1)?.split ?? { blue: 0, green: 0 },
  });
  return { plan: await planStage({ ...request, openPublicRule }), writes };
}

function planFile(before: State["plan"] | undefined, after: StagePlan, updateTime: Date): PlanFile {
  const empty = { resources: [], outputs: {} };
  return {
    updateTime: updateTime.toISOString(),
    changes: diffPlans(before ?? empty, after).map(({ kind, urn, type, name, properties }) => ({
      urn,
      type,
      name,
      operations: [kind],
      properties: topLevel(properties),
    })),
    outputs: topLevel(diffOutputs(before ?? empty, after)),
  };
}

function topLevel(properties: readonly { readonly path: string }[]): string[] {
  return [...new Set(properties.map(({ path }) => path.split(/[.[]/)[0] ?? path))].sort();
}

function differs(planPath: string, now: PlanFile): boolean {
  return readFileSync(planPath, "utf8") !== JSON.stringify(now);
}

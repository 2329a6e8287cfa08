import { readFileSync, writeFileSync } from "node:fs";
import { GetParametersCommand } from "@aws-sdk/client-ssm";
import type { PulumiStack, SavedPlan, UpdateRequest } from "../../../cli/pulumi.ts";
import { explainPulumi } from "../../../cli/pulumi-failure.ts";
import { openStackFile } from "../../../cli/stack-file/stack-file.ts";
import { lookAtStage } from "../../../infra/aws/look-at-stage.ts";
import { readSplit, writeSplit } from "../../../infra/aws/public-rule.ts";
import { openAws } from "../../../infra/aws/stage-aws.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../../infra/config/stack-file.ts";
import { readFeedback } from "../../../infra/feedback/read-feedback.ts";
import {
  dataParameter,
  latchParameter,
  notedContractsParameter,
  releasedFrontendParameter,
  verificationParameter,
} from "../../../infra/naming.ts";
import { readContractMigrations, readRestores } from "../../../infra/rollout/contract-migrations.ts";
import { type GateFile, openGateFile } from "../../../infra/rollout/gate-file.ts";
import { RolloutRefusedError } from "../../../infra/rollout/judge-move.ts";
import { parseStageAddresses } from "../../../infra/stack-outputs.ts";
import type { FrontendVercel } from "../../../infra/vercel/frontend-vercel.ts";
import { diffOutputs, diffPlans } from "../../../rehearsal/plan/diff-plans.ts";
import type { PlanRequest, StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import type { Applied } from "../../../rehearsal/validate/moto-account.ts";
import { byColour, type Colour, colours, otherColour } from "../../../rollout/colour.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import type { PublicRuleAddress } from "../../../rollout/rollback-address.ts";
import { percentOf, type Split } from "../../../rollout/split.ts";
import { createPlannedAccount, type PlannedAccount } from "../aws/planned-account.ts";
import { type PlannedUpdate, planUpdateOnce } from "../plan-once.ts";

/** What the last finished update left behind: Pulumi's state. */
export interface PulumiState {
  readonly plan: Pick<StagePlan, "resources" | "outputs" | "record">;
  readonly account: Applied;
}

/** What a saved plan file of this fake holds. */
interface PlanFile extends SavedPlan {
  readonly updateTime: string;
}

/**
 * Pulumi in this process, for tests: it plans with the real program, which reads the latch and the rule from moto, and
 * applies what differs to moto. What a run that was cut off leaves behind is a lock, and the state of before.
 *
 * It keeps what is known of the engine: a program that refuses changes nothing; an update that does not fit its plan stops
 * before it begins; the record is written last; a cut off update leaves its lock.
 */
export class PlannedPulumi implements PulumiStack {
  readonly #stage: Stage;
  readonly #projectFolder: string;
  readonly #moto: { readonly endpoint: string };
  #state: PulumiState | undefined;
  #account: PlannedAccount;
  #isLocked: boolean;
  /** Called within an update, after the cloud was changed and before the state is written. */
  betweenCloudAndState: () => Promise<void> = async () => {};
  /** Whether the program that is checked out plans another tag of the load balancer than the one that was deployed. */
  hasOtherCode = false;
  /** Whom the program asks about the frontend. By default it has no token for Vercel. */
  vercel: Pick<FrontendVercel, "look"> | undefined;

  /** @param left what an earlier one left behind; absent for a stack that was never updated */
  constructor(
    stage: Stage,
    projectFolder: string,
    moto: { readonly endpoint: string },
    { state, isLocked }: { readonly state?: PulumiState; readonly isLocked: boolean } = { isLocked: false },
  ) {
    this.#stage = stage;
    this.#projectFolder = projectFolder;
    this.#moto = moto;
    this.#state = state;
    this.#isLocked = isLocked;
    this.#account = createPlannedAccount(moto, state?.account);
  }

  async outputs(): Promise<Record<string, unknown>> {
    return this.#state === undefined ? {} : { ...this.#account.translate(this.#state.plan.outputs) };
  }

  async preview({ updateTime, planPath, gatePath }: UpdateRequest & { readonly planPath: string }): Promise<SavedPlan> {
    const saved = planFile(this.#state?.plan, (await this.#plan(updateTime, gatePath)).plan, updateTime);
    writeFileSync(planPath, JSON.stringify(saved));
    return saved;
  }

  async update({
    updateTime,
    planPath,
    gatePath,
    onLine,
  }: UpdateRequest & { readonly planPath?: string }): Promise<void> {
    const words = ["up", ...(planPath === undefined ? [] : ["--plan", planPath])];
    if (this.#isLocked) {
      const stderr = "error: the stack is currently locked by 1 lock(s). Either wait or run `pulumi cancel`.";
      throw explainPulumi(this.#stage, words, { exitCode: 1, stdout: "", stderr });
    }
    const { plan, writes } = await this.#plan(updateTime, gatePath);
    if (planPath !== undefined && differs(planPath, planFile(this.#state?.plan, plan, updateTime))) {
      throw explainPulumi(this.#stage, words, { exitCode: 1, stdout: "Previewing update\n", stderr: "" });
    }
    this.#isLocked = true;
    // Where the update is cut off, what it has changed in AWS is not in the state.
    const account = createPlannedAccount(this.#moto, this.#state?.account);
    onLine?.("Updating");
    for (const { address, split } of writes) {
      await writeSplit(account.clients.balancing, { ...address, ...this.#ruleInAws() }, split);
    }
    await account.deploy(plan);
    await this.betweenCloudAndState();
    const { resources, outputs, record } = plan;
    this.#state = { plan: { resources, outputs, record }, account: account.snapshot() };
    this.#account = account;
    this.#isLocked = false;
  }

  /** Whether an update is under way, or was cut off. */
  get isLocked(): boolean {
    return this.#isLocked;
  }

  /** `pulumi cancel`. */
  cancel(): void {
    this.#isLocked = false;
  }

  /** What the last finished update left behind. */
  get state(): PulumiState {
    if (this.#state === undefined) throw new Error("No update has finished.");
    return this.#state;
  }

  /** The account in moto as the last finished update knows it. */
  account(): PlannedAccount {
    return this.#account;
  }

  get record(): RolloutRecord {
    return this.state.plan.record;
  }

  /** What the program plans, with what it would read from the last update and from AWS, and the verdict that it writes. */
  async #plan(updateTime: Date, gatePath: string | undefined): Promise<PlannedUpdate> {
    const gateFile = openGateFile(gatePath);
    try {
      const planned = this.#byCode(await this.#ask(updateTime, gateFile?.read()));
      if (planned.plan.judged !== undefined) gateFile?.write(planned.plan.judged);
      return planned;
    } catch (error) {
      if (error instanceof RolloutRefusedError) gateFile?.write(error.judged);
      throw error;
    }
  }

  #byCode({ plan, writes }: PlannedUpdate): PlannedUpdate {
    if (!this.hasOtherCode) return { plan, writes };
    const resources = plan.resources.map((resource) =>
      resource.type === "aws:lb/loadBalancer:LoadBalancer"
        ? { ...resource, inputs: { ...resource.inputs, tags: { Version: "next" } } }
        : resource,
    );
    return { plan: { ...plan, resources }, writes };
  }

  async #ask(updateTime: Date, judgedInPreview: GateFile | undefined): Promise<PlannedUpdate> {
    const request = { stage: this.#stage, now: updateTime, projectFolder: this.#projectFolder };
    if (this.#state === undefined) return await planUpdateOnce({ ...request, previousRecord: null });
    const { clients } = this.#account;
    const verified = byColour((colour) => verificationParameter(projectName, this.#stage, colour));
    const checked = byColour((colour) => dataParameter(projectName, this.#stage, colour));
    const frontendName = releasedFrontendParameter(projectName, this.#stage);
    const contractsName = notedContractsParameter(projectName, this.#stage);
    const { Parameters = [] } = await clients.parameters.send(
      new GetParametersCommand({
        Names: [
          latchParameter(projectName, this.#stage).name,
          frontendName,
          contractsName,
          ...Object.values(verified),
          ...Object.values(checked),
        ],
      }),
    );
    const valueIn = (name: string) => Parameters.find((one) => one.Name === name)?.Value;
    const value = valueIn(latchParameter(projectName, this.#stage).name);
    const leftIn = (names: Readonly<Record<Colour, string>>) => {
      const found = colours.flatMap((colour) => {
        const left = valueIn(names[colour]);
        return left === undefined ? [] : [[colour, left] as const];
      });
      return found.length === 0 ? undefined : Object.fromEntries(found);
    };
    const [verifications, dataEvidence] = [leftIn(verified), leftIn(checked)];
    const releasedFrontend = valueIn(frontendName);
    const notedContracts = valueIn(contractsName);
    const realWeights = await readSplit(clients.balancing, this.#ruleInAws());
    const { contracts } = readContractMigrations(this.#projectFolder, this.#stage);
    const restores = readRestores(this.#projectFolder, this.#stage);
    return await planUpdateOnce({
      ...request,
      previousRecord: this.record,
      latch: value === undefined ? "missing" : parseLatch(value),
      ...(verifications === undefined ? {} : { verifications }),
      ...(dataEvidence === undefined ? {} : { dataEvidence }),
      ...(releasedFrontend === undefined ? {} : { releasedFrontend }),
      realWeights,
      previousOutputs: this.#secretOutputs(),
      ...(contracts.length === 0 ? {} : { contracts }),
      ...(notedContracts === undefined ? {} : { notedContracts }),
      ...(restores.length === 0 ? {} : { restores }),
      ...(this.#mayRise(realWeights) ? { ...(await this.#look(updateTime)), judgedInPreview } : {}),
    });
  }

  /** Whether the gate may be asked: tests are faster where AWS is not looked at for nothing. */
  #mayRise(realWeights: Split): boolean {
    const { values } = readStackFile(this.#projectFolder, this.#stage);
    const { liveColour, weightPercent } = this.record;
    if (values[`${projectName}:liveColour`] !== liveColour) return true;
    const standing = Math.min(weightPercent, percentOf(realWeights, otherColour(liveColour)));
    return Number(values[`${projectName}:candidateWeight`]) > standing;
  }

  /** What AWS shows when the program looks, and the deployed task definitions that it compares with. */
  async #look(now: Date): Promise<Pick<PlanRequest, "sight" | "frontendSight" | "previousOutputs">> {
    const addresses = parseStageAddresses(this.#stage, await this.outputs());
    const config = openStackFile(this.#projectFolder, this.#stage).readConfig();
    const feedback = await readFeedback({ config, record: this.record, folder: this.#projectFolder });
    const aws = openAws(addresses, () => now);
    const sight = await lookAtStage(aws, this.record, now)
      .then((seen) => (feedback === undefined ? seen : { ...seen, feedback }))
      .catch((error: Error) => ({ failure: error.message }));
    // Their ARNs are the same in every moto, so that plans of tests that ask the same are made once.
    const { taskDefinitionArns } = addresses;
    const frontendSight = await this.vercel?.look().catch((error: Error) => ({ failure: error.message }));
    return { sight, frontendSight, previousOutputs: { taskDefinitionArns, ...this.#secretOutputs() } };
  }

  /** What the program reads of the last update's secrets, decrypted. */
  #secretOutputs() {
    return { secretFingerprints: this.state.plan.outputs["secretFingerprints"] };
  }

  /** Where the deployed rule and its target groups are. */
  #ruleInAws(): Pick<PublicRuleAddress, "publicRuleArn" | "targetGroupArns"> {
    const { publicRuleArn, targetGroupArns } = this.#account.translate(
      this.state.plan.outputs,
    ) as unknown as PublicRuleAddress;
    return { publicRuleArn, targetGroupArns };
  }
}

function planFile(before: PulumiState["plan"] | undefined, after: StagePlan, updateTime: Date): PlanFile {
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

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { DescribeRulesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { runRollout } from "../../../cli/commands/index.ts";
import type { Evidence } from "../../../cli/evidence/evidence.ts";
import { openEvidenceFolder } from "../../../cli/evidence/evidence-folder.ts";
import type { PulumiStack } from "../../../cli/pulumi.ts";
import { openStageRescue } from "../../../cli/rescue.ts";
import { openStackFile } from "../../../cli/stack-file/stack-file.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { colourServiceName } from "../../../components/api/names.ts";
import { readLatch, writeLatch } from "../../../infra/aws/latch-and-address.ts";
import { readSplit } from "../../../infra/aws/public-rule.ts";
import { openAws } from "../../../infra/aws/stage-aws.ts";
import { openTasks } from "../../../infra/aws/task-aws.ts";
import { projectName, stackFileName } from "../../../infra/config/config-keys.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { stageName } from "../../../infra/naming.ts";
import { parseStageAddresses, type StageAddresses } from "../../../infra/stack-outputs.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { type Colour, colours } from "../../../rollout/colour.ts";
import type { Latch } from "../../../rollout/latch.ts";
import type { Split } from "../../../rollout/split.ts";
import { putRequests } from "../aws/put-requests.ts";
import { setHealthyTasks } from "../aws/set-healthy-tasks.ts";
import { fixtureFolder, projectFolder } from "../stack-files.ts";
import { PlannedPulumi } from "./planned-pulumi.ts";

/** Hours that each weight of production's schedule bakes, in the tests' stack files. */
const bakeHours: Readonly<Record<number, number>> = { 5: 2, 25: 4, 50: 8, 100: 48 };

/** How a stage stood. */
export interface Standing {
  readonly now: Date;
  readonly stackFile: string;
  readonly state: string;
  readonly latch: Latch;
}

/** How one run of the CLI ended. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A stage that was deployed once, in a folder and a moto of its own: blue live with 1.0.0, green the candidate with 1.1.0,
 * two healthy tasks each. Commands run in this process, on a clock that only tests move.
 */
export class TestStage {
  readonly stage: Stage;
  readonly folder: string;
  readonly pulumi: PlannedPulumi;
  now: Date;
  #at5: { readonly standing: Standing; times: number } | undefined;

  private constructor(stage: Stage, moto: { readonly endpoint: string }, startsAt: Date) {
    this.stage = stage;
    this.folder = mkdtempSync(join(tmpdir(), "test-stage-"));
    this.now = startsAt;
    cpSync(join(projectFolder, "Pulumi.yaml"), join(this.folder, "Pulumi.yaml"));
    cpSync(join(fixtureFolder, stackFileName(stage)), join(this.folder, stackFileName(stage)));
    this.pulumi = new PlannedPulumi(stage, this.folder, moto);
  }

  /**
   * Copies the tests' stack file, gives both colours an image, and deploys for the first time.
   *
   * @param startsAt when that is on the stage's own clock; what AWS does by itself has the machine's
   */
  static async deploy(stage: Stage, moto: { readonly endpoint: string }, startsAt: Date): Promise<TestStage> {
    const created = new TestStage(stage, moto, startsAt);
    created.editStackFile((text) =>
      text.replace(
        `${projectName}:images: {}`,
        `${projectName}:images:\n    blue: ${sampleImageDigest("1.0.0")} # first\n    green: ${sampleImageDigest("1.1.0")}`,
      ),
    );
    await created.up();
    for (const colour of colours) await setHealthyTasks(created.pulumi.account(), colour, 2);
    return created;
  }

  /** `pulumi up` by hand. */
  async up(): Promise<void> {
    await this.pulumi.update({ updateTime: this.now });
  }

  editStackFile(edit: (text: string) => string): void {
    const path = join(this.folder, stackFileName(this.stage));
    const text = readFileSync(path, "utf8");
    const edited = edit(text);
    if (edited === text) throw new Error("The edit changed nothing.");
    writeFileSync(path, edited);
  }

  stackFile(): string {
    return readFileSync(join(this.folder, stackFileName(this.stage)), "utf8");
  }

  /** Per cent of public traffic by colour, as AWS has it. */
  async weights(): Promise<Split> {
    return await readSplit(this.pulumi.account().clients.balancing, await this.addresses());
  }

  /** The public rule, whole, as AWS has it. */
  async publicRule(): Promise<unknown> {
    const { publicRuleArn } = await this.addresses();
    const { balancing } = this.pulumi.account().clients;
    return (await balancing.send(new DescribeRulesCommand({ RuleArns: [publicRuleArn] }))).Rules;
  }

  /** ECS services that run. */
  async serviceNames(): Promise<readonly string[]> {
    const { clusterArn } = await this.addresses();
    const names = colours.map((colour) => colourServiceName(stageName(this.stage), colour));
    const { containers } = this.pulumi.account().clients;
    const { services = [] } = await containers.send(
      new DescribeServicesCommand({ cluster: clusterArn, services: names }),
    );
    // One that was deleted is told of for an hour.
    return services.filter(({ status }) => status === "ACTIVE").map(({ serviceName }) => serviceName ?? "");
  }

  async latch(): Promise<Latch> {
    const { parameters } = this.pulumi.account().clients;
    return await readLatch(parameters, (await this.addresses()).latchParameterName);
  }

  /**
   * Takes steps by the CLI, each after the bake of the one before and on requests that the gate passes on.
   *
   * @throws {Error} with what the command said, where it took none
   */
  async advanceTo(weightPercent: number): Promise<void> {
    while (this.pulumi.record.weightPercent < weightPercent) {
      this.waitHours(0.1);
      const { exitCode, stderr } = await this.run("advance");
      if (exitCode !== 0) throw new Error(stderr);
      this.waitHours(bakeHours[this.pulumi.record.weightPercent] ?? 0);
      await this.serve("green", 1000);
      await this.serve("blue", 1000);
    }
  }

  /**
   * Stands at 5 % with the bake over, whatever was before: each time some days later than the last, so that nothing of
   * before was counted since the step began.
   *
   * @param requests of the candidate since; as many as a gate passes on by default
   */
  async standAt5(requests = 400): Promise<void> {
    if (this.#at5 === undefined) {
      await this.advanceTo(5);
      this.#at5 = { standing: await this.remember(), times: 0 };
    }
    this.#at5.times += 1;
    await this.returnTo(this.#at5.standing, this.#at5.times * 3 * 86_400_000);
    await this.serve("green", requests);
    await this.serve("blue", 19 * requests);
  }

  /** How everything stands, to be returned to. */
  async remember(): Promise<Standing> {
    return { now: this.now, stackFile: this.stackFile(), state: this.pulumi.state(), latch: await this.latch() };
  }

  /**
   * Returns to how everything stood: files, Pulumi's state and lock, the rule's weights and the latch. Evidence is gone.
   *
   * @param shiftMilliseconds how much later it is then, by the stage's clock and in its record
   */
  async returnTo({ now, stackFile, state, latch }: Standing, shiftMilliseconds = 0): Promise<void> {
    this.now = new Date(now.getTime() + shiftMilliseconds);
    if (this.stackFile() !== stackFile) this.editStackFile(() => stackFile);
    rmSync(join(this.folder, "evidence"), { recursive: true, force: true });
    await this.pulumi.restore(state, shiftMilliseconds);
    await writeLatch(this.pulumi.account().clients.parameters, (await this.addresses()).latchParameterName, latch);
  }

  /** Everything that a command can have changed, as one text. */
  async fingerprint(): Promise<string> {
    const { parameters } = this.pulumi.account().clients;
    const latch = await readLatch(parameters, (await this.addresses()).latchParameterName);
    const evidence = await this.evidence();
    const state = { weights: await this.weights(), latch, evidence, record: this.pulumi.record };
    return JSON.stringify({ ...state, stackFile: this.stackFile(), locked: this.pulumi.isLocked });
  }

  /** All evidence so far, oldest first. */
  async evidence(): Promise<readonly Evidence[]> {
    return await openEvidenceFolder(this.folder, this.stage).list();
  }

  async addresses(): Promise<StageAddresses> {
    return parseStageAddresses(this.stage, await this.pulumi.outputs());
  }

  waitHours(hours: number): void {
    this.now = new Date(this.now.getTime() + hours * 3_600_000);
  }

  /** Requests of the last hour but two minutes, which CloudWatch has by now. */
  async serve(colour: Colour, requests: number, errors = 0): Promise<void> {
    const at = new Date(this.now.getTime() - 600_000);
    await putRequests(this.pulumi.account(), { colour, at, requests, errors });
  }

  /**
   * Everything a command works with: the real adapters of AWS and of files, and Pulumi in this process.
   *
   * @param pulumi what Pulumi does otherwise
   */
  world(pulumi: Partial<PulumiStack> = {}): RolloutWorld {
    const now = () => this.now;
    return {
      stage: this.stage,
      now,
      sleep: async (milliseconds) => {
        this.now = new Date(this.now.getTime() + milliseconds);
      },
      say: () => {},
      stackFile: openStackFile(this.folder, this.stage),
      pulumi: {
        outputs: () => this.pulumi.outputs(),
        preview: (request) => this.pulumi.preview(request),
        update: (request) => this.pulumi.update(request),
        ...pulumi,
      },
      openAws: (addresses) => openAws(addresses, now),
      openTasks,
      openRescue: () => openStageRescue(this.folder, this.stage),
      evidence: openEvidenceFolder(this.folder, this.stage),
      repository: { author: async () => "Ana <ana@example.com>", commit: async () => "0123abc" },
    };
  }

  /** Runs a command as the command line does. */
  async run(command: string, ...words: readonly string[]): Promise<CliRun> {
    return await this.runIn(this.world(), command, ...words);
  }

  async runIn(world: RolloutWorld, command: string, ...words: readonly string[]): Promise<CliRun> {
    const printed = { stdout: "", stderr: "" };
    const terminal = {
      stdout: { write: (text: string) => (printed.stdout += text) },
      stderr: { write: (text: string) => (printed.stderr += text) },
    };
    const exitCode = await runRollout([command, "--stage", this.stage, ...words], terminal, async () => world);
    // Without the line's end, so that tests compare what is said.
    return { exitCode, stdout: printed.stdout.replace(/\n$/, ""), stderr: printed.stderr.replace(/\n$/, "") };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

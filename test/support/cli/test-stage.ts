import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
import { openTunnelAws } from "../../../infra/aws/tunnel-aws.ts";
import { projectName, stackFileName } from "../../../infra/config/config-keys.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { stageName } from "../../../infra/naming.ts";
import { parseStageAddresses, type StageAddresses } from "../../../infra/stack-outputs.ts";
import { openVercel, type VercelRequest } from "../../../infra/vercel/frontend-vercel.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import { type Colour, colours } from "../../../rollout/colour.ts";
import type { Latch } from "../../../rollout/latch.ts";
import type { Split } from "../../../rollout/split.ts";
import { putRequests } from "../aws/put-requests.ts";
import { setHealthyTasks } from "../aws/set-healthy-tasks.ts";
import { requireOngoingCase } from "../ongoing-case.ts";
import { fixtureFolder, projectFolder } from "../stack-files.ts";
import { PlannedPulumi, type PulumiState } from "./planned-pulumi.ts";
import { wrapWorld } from "./wrap-world.ts";

/** Hours that each weight of production's schedule bakes, in the tests' stack files. */
const bakeHours: Readonly<Record<number, number>> = { 5: 2, 25: 4, 50: 8, 100: 48 };

/** The token that the commands have for Vercel, where they have one. */
export const vercelToken = "vercel-token";

/** How a stage stood, to be returned to as often as one likes. */
export interface Standing {
  readonly now: Date;
  readonly stackFile: string;
  readonly pulumi: PulumiState;
  /** Whether an update was cut off. */
  readonly isLocked: boolean;
  /** Evidence by file name; empty where it was not to be kept. */
  readonly evidence: Readonly<Record<string, string>>;
  /** Has the account as it was. Nobody changes anything in it. */
  readonly moto: MotoServer;
  /** The latch to return to, where it is not the one of then. */
  readonly latch?: Latch;
}

/** How one run of the CLI ended. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** When a stage is deployed for the first time, on its own clock. */
const deployedAt = new Date("2026-11-23T00:00:00.000Z");

/** How a stage stands at the start of most tests: walked to once, by this process, for all of them. */
const deployed = new Map<string, Promise<Standing>>();
const bakedAt5 = new Map<string, Promise<Standing>>();

/**
 * A stage that was deployed once, in a folder and a moto of its own: blue live with 1.0.0, green the candidate with 1.1.0,
 * two healthy tasks each. Commands run in this process, on a clock that only tests move.
 */
export class TestStage {
  readonly stage: Stage;
  readonly folder: string;
  now: Date;
  /** Where the commands find Vercel. By default they have no token for it. */
  vercelUrl: string | undefined;
  #pulumi: PlannedPulumi;
  #moto: MotoServer;
  readonly #remembered: MotoServer[] = [];

  private constructor(stage: Stage, moto: MotoServer) {
    this.stage = stage;
    this.folder = mkdtempSync(join(tmpdir(), "test-stage-"));
    this.now = deployedAt;
    this.#moto = moto;
    cpSync(join(projectFolder, "Pulumi.yaml"), join(this.folder, "Pulumi.yaml"));
    cpSync(join(fixtureFolder, stackFileName(stage)), join(this.folder, stackFileName(stage)));
    this.#pulumi = new PlannedPulumi(stage, this.folder, moto);
  }

  /**
   * A stage after its first deployment. From then on, whatever in this process asks AWS by the environment asks the stage's
   * moto.
   *
   * @param startsAt when that was on the stage's own clock; what AWS does by itself has the machine's
   */
  static async deploy(stage: Stage, startsAt = deployedAt): Promise<TestStage> {
    const standing = await once(deployed, `${stage} ${startsAt.toISOString()}`, async () => {
      const created = new TestStage(stage, await startMoto());
      created.now = startsAt;
      // The tests' stack file, with an image for both colours.
      created.editStackFile((text) =>
        text.replace(
          `${projectName}:images: {}`,
          `${projectName}:images:\n    blue: ${sampleImageDigest("1.0.0")} # first\n    green: ${sampleImageDigest("1.1.0")}`,
        ),
      );
      await created.up();
      for (const colour of colours) await setHealthyTasks(created.pulumi.account(), colour, 2);
      return await created.#leave();
    });
    const created = new TestStage(stage, await standing.moto.copy());
    await created.returnTo(standing);
    return created;
  }

  /** A stage that was never updated, in an empty account, with the tests' own stack file: no colour has an image. */
  static async prepare(stage: Stage): Promise<TestStage> {
    const created = new TestStage(stage, await startMoto());
    process.env["AWS_ENDPOINT_URL"] = created.moto.endpoint;
    return created;
  }

  /** Pulumi, which knows what the stage's last update left behind. */
  get pulumi(): PlannedPulumi {
    requireOngoingCase();
    return this.#pulumi;
  }

  /** The stage's moto, which is another after each return to how it stood. */
  get moto(): MotoServer {
    return this.#moto;
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

  async setLatch(latch: Latch): Promise<void> {
    const { parameters } = this.pulumi.account().clients;
    await writeLatch(parameters, (await this.addresses()).latchParameterName, latch);
  }

  /**
   * Takes steps by the CLI, each after the bake of the one before and on requests that the gate passes on.
   *
   * @throws {Error} with what the command said, where it took none
   */
  async advanceTo(weightPercent: number): Promise<void> {
    while (this.pulumi.record.weightPercent < weightPercent) {
      await this.#takeStep();
      await this.serve("green", 1000);
      await this.serve("blue", 1000);
    }
  }

  async #takeStep(): Promise<void> {
    this.waitHours(0.1);
    const { exitCode, stderr } = await this.run("advance");
    if (exitCode !== 0) throw new Error(stderr);
    this.waitHours(bakeHours[this.pulumi.record.weightPercent] ?? 0);
  }

  /**
   * Stands at 5 % with the bake over, whatever was before.
   *
   * @param requests of the candidate since the step; as many as a gate passes on by default
   */
  async standAt5(requests = 400): Promise<void> {
    const standing = once(bakedAt5, this.stage, async () => {
      const walked = await TestStage.deploy(this.stage);
      await walked.#takeStep();
      return await walked.#leave();
    });
    await this.returnTo(await standing);
    await this.serve("green", requests);
    await this.serve("blue", 19 * requests);
  }

  /** How everything stands but for the evidence, to be returned to. */
  async remember(): Promise<Standing> {
    const moto = await this.#moto.copy();
    this.#remembered.push(moto);
    const { state, isLocked } = this.pulumi;
    return { now: this.now, stackFile: this.stackFile(), pulumi: state, isLocked, evidence: {}, moto };
  }

  /** How everything stands, the evidence too. */
  async rememberAll(): Promise<Standing> {
    const folder = join(this.folder, "evidence", this.stage);
    const files = existsSync(folder) ? readdirSync(folder) : [];
    const evidence = files.map((file) => [file, readFileSync(join(folder, file), "utf8")]);
    return { ...(await this.remember()), evidence: Object.fromEntries(evidence) };
  }

  /** Returns to how everything stood: files, Pulumi's state and lock, and all that is in AWS. */
  async returnTo(standing: Standing): Promise<void> {
    requireOngoingCase();
    const left = this.#moto;
    this.#moto = await standing.moto.copy();
    await left.stop();
    process.env["AWS_ENDPOINT_URL"] = this.#moto.endpoint;
    this.now = standing.now;
    this.setState(standing.pulumi, standing.isLocked);
    writeFileSync(join(this.folder, stackFileName(this.stage)), standing.stackFile);
    rmSync(join(this.folder, "evidence"), { recursive: true, force: true });
    const folder = join(this.folder, "evidence", this.stage);
    const kept = Object.entries(standing.evidence);
    if (kept.length > 0) mkdirSync(folder, { recursive: true });
    for (const [file, text] of kept) writeFileSync(join(folder, file), text);
    if (standing.latch !== undefined) await this.setLatch(standing.latch);
  }

  /** Has Pulumi know another state from now on. */
  setState(state: PulumiState, isLocked = false): void {
    this.#pulumi = new PlannedPulumi(this.stage, this.folder, this.#moto, { state, isLocked });
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

  /** Requests of four minutes ten minutes ago, which CloudWatch has by now. A minute that fails counts once. */
  async serve(colour: Colour, requests: number, errors = 0): Promise<void> {
    const before = (total: number, minute: number) => Math.floor((total * minute) / 4);
    const served = [0, 1, 2, 3].map((minute) => ({
      colour,
      at: new Date(this.now.getTime() - 600_000 - minute * 60_000),
      requests: before(requests, minute + 1) - before(requests, minute),
      errors: before(errors, minute + 1) - before(errors, minute),
    }));
    await Promise.all(served.map((one) => putRequests(this.pulumi.account(), one)));
  }

  /**
   * Everything a command works with: the real adapters of AWS and of files, and Pulumi in this process.
   *
   * @param pulumi what Pulumi does otherwise
   */
  world(pulumi: Partial<PulumiStack> = {}): RolloutWorld {
    requireOngoingCase();
    const now = () => this.now;
    // The one of now, also for what goes on after a return to how everything stood.
    const planned = this.#pulumi;
    const { vercelUrl } = this;
    const openFrontend = (frontend: VercelRequest["frontend"]) =>
      vercelUrl === undefined ? undefined : openVercel({ frontend, token: vercelToken, url: vercelUrl });
    planned.vercel = openFrontend({ projectName: "celebrant-portal" });
    const world: RolloutWorld = {
      stage: this.stage,
      projectFolder: this.folder,
      now,
      sleep: async (milliseconds) => {
        this.now = new Date(this.now.getTime() + milliseconds);
      },
      say: () => {},
      stackFile: openStackFile(this.folder, this.stage),
      pulumi: {
        outputs: () => planned.outputs(),
        preview: (request) => planned.preview(request),
        update: (request) => planned.update(request),
        ...pulumi,
      },
      openAws: (addresses) => openAws(addresses, now),
      openTasks,
      openTunnel: openTunnelAws,
      openRescue: () => openStageRescue(this.folder, this.stage),
      openFrontend,
      evidence: openEvidenceFolder(this.folder, this.stage),
      repository: { author: async () => "Ana <ana@example.com>", commit: async () => "0123abc" },
    };
    return wrapWorld(world, async (_, call) => {
      requireOngoingCase();
      return await call();
    });
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

  /** Ends it for good, with its servers. */
  async remove(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    for (const moto of [this.#moto, ...this.#remembered]) await moto.stop();
  }

  /** How everything stands, for all tests of this process; the stage itself is not used again. */
  async #leave(): Promise<Standing> {
    const standing = await this.remember();
    this.#remembered.length = 0;
    await this.remove();
    return standing;
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}

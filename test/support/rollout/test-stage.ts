import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stackFileName } from "../../../infra/config/problems/fix.ts";
import { projectName } from "../../../infra/config/project-name.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-image.ts";
import { openCloud } from "../../../rollout/aws/open-cloud.ts";
import { commands } from "../../../rollout/commands/index.ts";
import { runCli } from "../../../rollout/commands/shared/run-cli.ts";
import { type Colour, colours } from "../../../rollout/core/colour.ts";
import { openEvidenceFolder } from "../../../rollout/evidence/evidence-folder.ts";
import { openStackFile } from "../../../rollout/stack-file/stack-file.ts";
import { openStageRescue } from "../../../rollout/world/stage-rescue.ts";
import type { RolloutWorld } from "../../../rollout/world/world.ts";
import { putRequests } from "../aws/put-requests.ts";
import { setHealthyTasks } from "../aws/set-healthy-tasks.ts";
import { PlannedPulumi } from "./planned-pulumi.ts";

const projectFolder = fileURLToPath(new URL("../../../", import.meta.url));

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

  private constructor(stage: Stage, moto: { readonly endpoint: string }, startsAt: Date) {
    this.stage = stage;
    this.folder = mkdtempSync(join(tmpdir(), "test-stage-"));
    this.now = startsAt;
    for (const name of ["Pulumi.yaml", stackFileName(stage)])
      cpSync(join(projectFolder, name), join(this.folder, name));
    this.pulumi = new PlannedPulumi(stage, this.folder, moto);
  }

  /** Copies the committed stack file, gives both colours an image, and deploys for the first time. */
  static async deploy(stage: Stage, moto: { readonly endpoint: string }): Promise<TestStage> {
    const created = new TestStage(stage, moto, new Date("2026-11-23T00:00:00.000Z"));
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

  waitHours(hours: number): void {
    this.now = new Date(this.now.getTime() + hours * 3_600_000);
  }

  /** Requests of the last hour but two minutes, which CloudWatch has by now. */
  async serve(colour: Colour, requests: number, errors = 0): Promise<void> {
    const at = new Date(this.now.getTime() - 600_000);
    await putRequests(this.pulumi.account(), { colour, at, requests, errors });
  }

  /** Everything a command works with: the real adapters of AWS and of files, and Pulumi in this process. */
  world(): RolloutWorld {
    const now = () => this.now;
    return {
      stage: this.stage,
      now,
      sleep: async (milliseconds) => {
        this.now = new Date(this.now.getTime() + milliseconds);
      },
      say: () => {},
      stackFile: openStackFile(this.folder, this.stage),
      pulumi: this.pulumi,
      openCloud: (addresses) => openCloud(addresses, now),
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
    const printed = { log: [] as string[], error: [] as string[] };
    const { log, error } = console;
    console.log = (text: string) => printed.log.push(text);
    console.error = (text: string) => printed.error.push(text);
    try {
      const exitCode = await runCli(commands, [command, "--stage", this.stage, ...words], async () => world);
      return { exitCode, stdout: printed.log.join("\n"), stderr: printed.error.join("\n") };
    } finally {
      Object.assign(console, { log, error });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

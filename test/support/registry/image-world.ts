import { join } from "node:path";
import { runRollout } from "../../../cli/commands/index.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { repositoryNameOf } from "../../../infra/aws/images.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import type { CliRun, TestStage } from "../cli/test-stage.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type RegistryStandIn, startRegistry } from "./registry-stand-in.ts";
import { type FakeDocker, type FakeDockerFaults, writeFakeDocker } from "./write-fake-docker.ts";

/** Has a scan of a repository's images find this from now on, as moto's own interface sets it. */
export async function setScan(
  moto: { readonly endpoint: string },
  repositoryName: string,
  answer: { readonly status?: string; readonly description?: string; readonly findings?: readonly object[] },
): Promise<void> {
  const { status = "COMPLETE", description = "The scan was completed successfully.", findings = [] } = answer;
  const result = {
    repositoryName,
    registryId: "123456789012",
    imageId: {},
    imageScanStatus: { status, description },
    imageScanFindings: { findings, findingSeverityCounts: {} },
  };
  const response = await fetch(`${moto.endpoint}/moto-api/static/ecr/scan-finding-results`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ results: [result], region: "ap-southeast-2" }),
  });
  if (!response.ok) throw new Error(`moto answered ${response.status}.`);
}

/** A finding of a basic scan. @see Amazon ECR API Reference, ImageScanFinding */
export const findingOf = (name: string, severity: string, packageName = "openssl") => ({
  name,
  severity,
  uri: `https://nvd.nist.gov/vuln/detail/${name}`,
  attributes: [
    { key: "package_version", value: "3.0.1" },
    { key: "package_name", value: packageName },
  ],
});

/** A stage whose registry is on loopback, and a Docker that stands in; for one test. */
export interface ImageWorld {
  readonly registry: RegistryStandIn;
  readonly repositoryName: string;
  readonly docker: FakeDocker;
  readonly world: RolloutWorld;
  /** Runs a command as the command line does, with this world for its own stage. */
  run(words: readonly string[], others?: Partial<Record<Stage, RolloutWorld>>): Promise<CliRun>;
}

/** Has a stage's outputs name the registry on loopback. */
export function withRegistry(world: RolloutWorld, host: string): RolloutWorld {
  const outputs = async () => {
    const found = await world.pulumi.outputs();
    return { ...found, imageRepositoryUrl: `${host}/${repositoryNameOf(String(found.imageRepositoryUrl))}` };
  };
  return { ...world, pulumi: { ...world.pulumi, outputs } };
}

/** Opens the world for a test. Whoever calls it stops the registry and sets the path. */
export async function openImageWorld(
  stage: TestStage,
  faults: FakeDockerFaults & { readonly images?: Readonly<Record<string, string>> } = {},
): Promise<ImageWorld> {
  const registry = await startRegistry(stage.moto);
  const docker = writeFakeDocker(join(temporaryFolder(), "programs"), faults);
  const world = withRegistry(stage.world(), registry.host);
  const { imageRepositoryUrl } = await world.pulumi.outputs();
  return {
    registry,
    repositoryName: repositoryNameOf(String(imageRepositoryUrl)),
    docker,
    world,
    async run(words, others = {}) {
      const printed = { stdout: "", stderr: "" };
      const terminal = {
        stdout: { write: (text: string) => (printed.stdout += text) },
        stderr: { write: (text: string) => (printed.stderr += text) },
      };
      const open = async (name: Stage) => {
        const found = name === stage.stage ? world : others[name];
        if (found === undefined) throw new Error(`The world of ${name} was opened.`);
        return found;
      };
      const exitCode = await runRollout(["image", ...words], terminal, open);
      return { exitCode, stdout: printed.stdout.replace(/\n$/, ""), stderr: printed.stderr.replace(/\n$/, "") };
    },
  };
}

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStackFile, writeStackFile } from "../../../cli/stack-file/stack-file.ts";
import { ConfigError } from "../../../infra/config/problems/config-error.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { bothImages } from "../../support/rollout.ts";
import { fixtureFolder } from "../../support/stack-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** The tests' stack file of a stage with an image for both colours, in a folder of its own. */
function copied(stage: Stage) {
  const folder = temporaryFolder();
  const path = join(folder, `Pulumi.${stage}.yaml`);
  const text = readFileSync(join(fixtureFolder, `Pulumi.${stage}.yaml`), "utf8");
  writeFileSync(
    path,
    text.replace("images: {}", `images: { blue: "${bothImages.blue}", green: "${bothImages.green}" }`),
  );
  return { folder, path, file: openStackFile(folder, stage) };
}

describe("openStackFile", () => {
  it.each(["staging", "production"] as const)("reads %s as the program will", async (stage) => {
    const { file, path } = copied(stage);
    expect(file.name).toBe(`Pulumi.${stage}.yaml`);
    expect(await file.read()).toBe(readFileSync(path, "utf8"));
    expect(file.readConfig()).toMatchObject({ stage, liveColour: "blue", candidateWeight: 0, images: bothImages });
  });

  it("writes a text that it then reads, and leaves nothing else behind", async () => {
    const { file, folder } = copied("staging");
    const text = (await file.read()).replace("candidateWeight: 0", "candidateWeight: 5");
    await file.write(text);
    expect(await file.read()).toBe(text);
    expect(file.readConfig().candidateWeight).toBe(5);
    expect(readdirSync(folder)).toEqual(["Pulumi.staging.yaml"]);
  });

  it("reads the config with other settings than the file has, and does not write them", async () => {
    const { file } = copied("staging");
    const text = await file.read();
    const config = file.readConfig({ candidateWeight: 25, liveColour: "green" });
    expect(config).toMatchObject({ candidateWeight: 25, liveColour: "green" });
    expect(await file.read()).toBe(text);
    expect(file.readConfig().candidateWeight).toBe(0);
  });

  it("tells every problem of the config at once", () => {
    const { file, path } = copied("staging");
    writeFileSync(
      path,
      readFileSync(path, "utf8")
        .replace("candidateWeight: 0", "candidateWeight: 7")
        .replace("liveColour: blue", "liveColour: red"),
    );
    const read = () => file.readConfig();
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^Pulumi\.staging\.yaml has 2 problems\./);
    expect(() => file.readConfig({ candidateWeight: 5, liveColour: "blue" })).not.toThrow();
  });

  it("names the file that is missing or no YAML", async () => {
    const { file, path } = copied("staging");
    writeFileSync(path, "config: [\n");
    expect(() => file.readConfig()).toThrow("Pulumi.staging.yaml");
    rmSync(path);
    await expect(file.read()).rejects.toThrow("Pulumi.staging.yaml");
    expect(() => file.readConfig()).toThrow("Pulumi.staging.yaml");
  });
});

async function folderWithFile(): Promise<{ readonly folder: string; readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), "stack-file-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "Pulumi.staging.yaml");
  await writeFile(path, "old\n");
  return { folder, path };
}

it("replaces the text, keeps the mode and leaves nothing else behind", async () => {
  const { folder, path } = await folderWithFile();
  // Wider than a usual umask lets a new file be.
  await chmod(path, 0o666);
  const before = await stat(path);
  await writeStackFile(path, "new\r\nß\n");
  expect(await readFile(path, "utf8")).toBe("new\r\nß\n");
  const after = await stat(path);
  expect(after.mode).toBe(before.mode);
  expect(after.ino).not.toBe(before.ino);
  expect(await readdir(folder)).toEqual(["Pulumi.staging.yaml"]);
});

it("replaces what a symbolic link points to, in that file's own folder", async () => {
  const { folder, path } = await folderWithFile();
  await mkdir(join(folder, "inner"));
  const link = join(folder, "inner", "link.yaml");
  await symlink("../Pulumi.staging.yaml", link);
  await writeStackFile(link, "new\n");
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect((await lstat(path)).isSymbolicLink()).toBe(false);
  expect(await readFile(path, "utf8")).toBe("new\n");
  expect(await readdir(join(folder, "inner"))).toEqual(["link.yaml"]);
});

it("makes no file where there was none", async () => {
  const { folder } = await folderWithFile();
  await expect(writeStackFile(join(folder, "absent.yaml"), "new\n")).rejects.toThrow("ENOENT");
  expect(await readdir(folder)).toEqual(["Pulumi.staging.yaml"]);
});

it("leaves the file as it was when it cannot be replaced", async () => {
  const { folder } = await folderWithFile();
  const path = join(folder, "is-a-folder");
  await mkdir(path);
  await expect(writeStackFile(path, "new\n")).rejects.toThrow();
  expect(await readdir(folder)).toEqual(["Pulumi.staging.yaml", "is-a-folder"]);
});

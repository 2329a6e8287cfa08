import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { writeStackFile } from "../../../cli/stack-file/write-stack-file.ts";

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

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openRepository } from "../../cli/repository.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Whatever this machine's git is configured with, and whichever repository runs the tests.
beforeEach(() => {
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  vi.stubEnv("GIT_CONFIG_NOSYSTEM", "1");
  for (const name of ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"]) {
    vi.stubEnv(name, undefined);
  }
  return () => vi.unstubAllEnvs();
});

/** A repository with one commit of a stack file. */
function repository() {
  const folder = temporaryFolder();
  const git = (...words: string[]) => execFileSync("git", words, { cwd: folder, encoding: "utf8" }).trim();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  git("init", "--quiet");
  git("config", "user.name", "Ana Example");
  git("config", "user.email", "ana@example.com");
  write("Pulumi.staging.yaml", "candidateWeight: 0\n");
  git("add", ".");
  git("commit", "--quiet", "--message", "Begin");
  return { folder, git, write };
}

/** Files of the last commit. */
const lastFiles = ({ git }: ReturnType<typeof repository>) =>
  git("show", "--name-only", "--format=", "HEAD").split("\n").sort();

describe("openRepository", () => {
  it("commits the named files, new ones among them, and says which commit that is", async () => {
    const work = repository();
    work.write("Pulumi.staging.yaml", "candidateWeight: 5\n");
    mkdirSync(join(work.folder, "evidence"));
    work.write("evidence/step.json", "{}\n");
    const files = ["Pulumi.staging.yaml", "evidence/step.json"];
    const id = await openRepository(work.folder).commit(files, "Advance staging to 5 %\n\nGate: pass");
    expect(work.git("rev-parse", "--short", "HEAD")).toBe(id);
    expect(lastFiles(work)).toEqual(files);
    expect(work.git("log", "-1", "--format=%an <%ae>%n%B")).toBe(
      "Ana Example <ana@example.com>\nAdvance staging to 5 %\n\nGate: pass",
    );
    expect(work.git("status", "--porcelain")).toBe("");
  });

  it("leaves what else is staged, changed or new as it is", async () => {
    const work = repository();
    work.write("staged.ts", "1");
    work.git("add", "staged.ts");
    work.write("new.ts", "1");
    work.write("Pulumi.staging.yaml", "candidateWeight: 5\n");
    await openRepository(work.folder).commit(["Pulumi.staging.yaml"], "Advance");
    expect(lastFiles(work)).toEqual(["Pulumi.staging.yaml"]);
    expect(work.git("status", "--porcelain").split("\n")).toEqual(["A  staged.ts", "?? new.ts"]);
  });

  it("commits below the folder of the project, which need not be the repository's own", async () => {
    const work = repository();
    mkdirSync(join(work.folder, "infra"));
    work.write("infra/Pulumi.production.yaml", "candidateWeight: 5\n");
    await openRepository(join(work.folder, "infra")).commit(["Pulumi.production.yaml"], "Advance");
    expect(lastFiles(work)).toEqual(["infra/Pulumi.production.yaml"]);
  });

  it("takes no file name and no message for an option", async () => {
    const work = repository();
    work.write("--all", "1");
    await openRepository(work.folder).commit(["--all"], "--amend");
    expect(work.git("log", "--format=%s")).toBe("--amend\nBegin");
  });

  it("fails with git's own words", async () => {
    const work = repository();
    const port = openRepository(work.folder);
    await expect(port.commit(["absent.yaml"], "Advance")).rejects.toThrow(
      "The edit was not committed. git said: fatal: pathspec 'absent.yaml' did not match any files",
    );
    await expect(port.commit(["Pulumi.staging.yaml"], "Advance")).rejects.toThrow(/git said: .*nothing to commit/s);
    const hook = join(work.folder, ".git", "hooks", "pre-commit");
    mkdirSync(join(work.folder, ".git", "hooks"), { recursive: true });
    writeFileSync(hook, "#!/bin/sh\necho 'the hook said no' >&2\nexit 1\n", { mode: 0o755 });
    work.write("Pulumi.staging.yaml", "candidateWeight: 5\n");
    await expect(port.commit(["Pulumi.staging.yaml"], "Advance")).rejects.toThrow("git said: the hook said no");
  });

  it("fails outside of a repository with git's own words", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "Pulumi.staging.yaml"), "");
    await expect(openRepository(folder).commit(["Pulumi.staging.yaml"], "Advance")).rejects.toThrow(
      "git said: fatal: not a git repository",
    );
  });

  it("names the author as git would", async () => {
    const { folder } = repository();
    expect(await openRepository(folder).author()).toBe("Ana Example <ana@example.com>");
  });

  it("names the author without a mail address where git has none", async () => {
    const { folder, git } = repository();
    git("config", "--unset", "user.email");
    expect(await openRepository(folder).author()).toBe("Ana Example");
  });

  it("names the author without what would break a line or speak to a terminal", async () => {
    const { folder, git } = repository();
    git("config", "user.name", "Ana\u202e \u001b[2JExample");
    expect(await openRepository(folder).author()).toBe("Ana Example <ana@example.com>");
  });

  it("names the machine's user where git does not say, and where there is no git", async () => {
    const { folder, git } = repository();
    git("config", "--unset", "user.name");
    expect(await openRepository(folder).author()).toBe(userInfo().username);
    vi.stubEnv("PATH", temporaryFolder());
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await openRepository(folder).author()).toBe(userInfo().username);
  });

  it("says that there is no git", async () => {
    const { folder } = repository();
    vi.stubEnv("PATH", temporaryFolder());
    await expect(openRepository(folder).commit(["Pulumi.staging.yaml"], "Advance")).rejects.toThrow(
      "The edit was not committed: git was not found on the path.",
    );
  });
});

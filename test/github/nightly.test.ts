import { describe, expect, it } from "vitest";
import { readWorkflow, runStep } from "./workflow.ts";

const workflow = readWorkflow("nightly.yml");

describe("the look for drift", () => {
  const look = (exitCode: number, said = "") =>
    runStep(workflow, "look", "Look for drift", {
      programs: { pulumi: `printf '%s\\n' "$@" > calls; echo '${said}'; exit ${exitCode}` },
      environment: { STAGE: "staging" },
    });

  it("reads everything but what needs a tunnel, a secret or a file, and finds nothing", () => {
    const { status, read } = look(0);
    expect(status).toBe(0);
    const words = (read("calls") ?? "").trim().split("\n");
    expect(words).toEqual(expect.arrayContaining(["preview", "--refresh", "--expect-no-changes", "--non-interactive"]));
    expect(words.filter((_, index) => words[index - 1] === "--exclude")).toEqual([
      "**postgresql:**",
      "**aws:secretsmanager/secretVersion:SecretVersion::*",
      "**aws:s3/bucketObjectv2:BucketObjectv2::*",
    ]);
    expect(read("report/1-drift.md")).toBeUndefined();
  });

  it("reports what an update would change, as text", () => {
    const { status, read } = look(7, "~ ```public rule: 25 to 5");
    expect(status).toBe(0);
    expect(read("report/1-drift.md")).toBe(
      "### staging: something was changed by hand, or merged and not deployed\n```\n~ QQQpublic rule: 25 to 5\n```\n".replace(
        "QQQ",
        "'''",
      ),
    );
  });

  it("does not take a preview that failed for one that found nothing", () => {
    for (const code of [1, 255]) {
      expect(look(code, "error: no credentials").read("report/1-drift.md")).toContain(
        "### staging: nobody could look for drift",
      );
    }
  });
});

describe("the question where the rollout stands", () => {
  const ask = (told: unknown, exitCode = 0) =>
    runStep(workflow, "look", "Ask where the rollout stands", {
      programs: {
        npm: `echo '${told === undefined ? "" : JSON.stringify({ told })}'; echo "said" >&2; exit ${exitCode}`,
      },
      environment: { STAGE: "staging" },
      files: { "report/.keep": "" },
    });

  it("is quiet where nobody had to be told", () => {
    const { status, read } = ask(null);
    expect([status, read("report/2-rollout.md")]).toEqual([0, undefined]);
  });

  it.each([
    ["what people were told of", { what: "AWS is not as the last update left it" }, 0],
    ["a command that failed", null, 1],
    ["a command that said nothing", undefined, 0],
  ])("reports %s", (_what, told, exitCode) => {
    const { status, read } = ask(told, exitCode);
    expect(status).toBe(0);
    expect(read("report/2-rollout.md")).toContain("### staging: the rollout needs somebody, or nobody could ask");
    expect(read("report/2-rollout.md")).toContain("said");
  });
});

describe("verify", () => {
  const verify = (script: string) =>
    runStep(workflow, "look", "Verify", {
      programs: { npm: script },
      environment: { STAGE: "staging" },
      files: { "report/.keep": "" },
    });

  it("reports what failed or could not be checked, in its own words", () => {
    expect(verify("echo '# verify' > verify.md; exit 0").read("report/3-verify.md")).toBeUndefined();
    for (const code of [1, 3]) {
      const { status, read } = verify(`echo '# verify: TLS fails' > verify.md; exit ${code}`);
      expect([status, read("report/3-verify.md")]).toEqual([0, "# verify: TLS fails\n"]);
    }
    expect(verify("echo 'error: no stack' >&2; exit 1").read("report/3-verify.md")).toContain("error: no stack");
  });
});

describe("the topic", () => {
  const tell = (options: Pick<Parameters<typeof runStep>[3], "files" | "folder">) =>
    runStep(workflow, "look", "Tell the topic", {
      programs: { npm: `printf '%s\\n' "$@" > calls` },
      environment: { STAGE: "staging", RUN_URL: "https://github.com/run", GITHUB_STEP_SUMMARY: "summary.md" },
      ...options,
    });

  it("is told what fails, and the page has all of it", () => {
    const files = {
      "report/1-drift.md": "### staging: something was changed by hand\nx\n",
      "report/3-verify.md": "### staging: nobody could verify it\n",
    };
    const { status, read } = tell({ files });
    expect(status).toBe(0);
    expect((read("calls") ?? "").split("\n")).toEqual(
      expect.arrayContaining([
        "tell",
        "the nightly checks: staging: something was changed by hand;staging: nobody could verify it",
        "https://github.com/run",
      ]),
    );
    expect(read("summary.md")).toContain("### staging: something was changed by hand\nx\n");
  });

  it("is told once of what the question has told already", () => {
    const { status, read } = tell({ files: { "report/2-rollout.md": "### staging: the rollout needs somebody\n" } });
    expect([status, read("calls")]).toEqual([0, undefined]);
    expect(read("summary.md")).toContain("needs somebody");
  });

  it("is told nothing on a night on which everything holds, which the issue then knows", () => {
    const { status, read } = tell({ folder: emptyReport() });
    expect([status, read("calls"), read("report/good")]).toEqual([0, undefined, "as it should be\n"]);
  });
});

/** A folder with an empty report, as the step before leaves it. */
function emptyReport(): string {
  const { folder } = runStep(workflow, "look", "Look for drift", {
    programs: { pulumi: "exit 0" },
    environment: { STAGE: "staging" },
  });
  return folder;
}

describe("the issue", () => {
  const marker = "<!-- celebrant-portal-infra: nightly -->";
  const bot = { login: "github-actions[bot]" };
  const issue = (
    found: Readonly<Record<string, string>>,
    open: readonly unknown[] = [],
    stages = '["staging", "production"]',
  ) => {
    const run = runStep(workflow, "issue", "Open, update or close", {
      programs: { gh: 'echo "$@" >> calls; case "$*" in *--paginate*) cat there.json;; esac' },
      environment: { REPOSITORY: "celebrants/infra", GH_TOKEN: "t", RUN_URL: "https://github.com/run", STAGES: stages },
      files: {
        "there.json": JSON.stringify([open]),
        ...Object.fromEntries(Object.entries(found).map(([path, text]) => [`found/nightly-${path}`, text])),
      },
    });
    return { ...run, calls: (run.read("calls") ?? "").trim().split("\n").slice(1), body: run.read("body.md") };
  };
  const good = { "staging/good": "x\n", "production/good": "x\n" };
  const own = { number: 4, user: bot, body: `${marker}\nLast night.` };

  it("is opened with what was found, and the run fails", () => {
    const { status, calls, body } = issue({
      "staging/good": "x\n",
      "production/1-drift.md": "### production: drift\n",
    });
    expect(status).toBe(1);
    expect(calls).toEqual([
      "api --silent --method POST repos/celebrants/infra/issues -f title=Nightly checks of production fail -F body=@body.md",
    ]);
    expect(body?.split("\n")[0]).toBe(marker);
    expect(body).toContain("### production: drift");
  });

  it("is written over where it is open already, and nobody else's is", () => {
    const open = [
      { number: 3, user: { login: "ana" }, body: `${marker} copied` },
      { number: 5, user: bot, body: null },
      own,
    ];
    const { calls } = issue(
      { "staging/1-drift.md": "### staging: drift\n", "production/2-status.md": "### production: status\n" },
      open,
    );
    expect(calls).toEqual([
      "api --silent --method PATCH repos/celebrants/infra/issues/4 -f title=Nightly checks of staging and production fail -F body=@body.md",
    ]);
  });

  it("is closed when everything holds again, and none is opened while it does", () => {
    const closed = issue(good, [own]);
    expect([closed.status, closed.calls.length, closed.calls[0]]).toEqual([
      0,
      1,
      expect.stringMatching(/^issue close 4 --repo celebrants\/infra --comment Everything holds again/),
    ]);
    expect(issue(good).calls).toEqual([]);
  });

  it("takes checks that did not end for a failure, and asks nothing of a stage that is not set up", () => {
    expect(issue({ "staging/good": "x\n" }).body).toContain("### production: the checks did not end");
    expect(issue({ "staging/good": "x\n" }, [], '["staging"]').status).toBe(0);
  });
});

import { execFileSync } from "node:child_process";
import { beforeEach, expect, it } from "vitest";
import { openRepository } from "../../../cli/repository.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { countCalls } from "../../support/cli/wrap-world.ts";

describeWithMoto("an advance that is not to be made just now", () => {
  const started = startStage("staging");
  beforeEach(() => started.current.standAt5());

  it("changes nothing with --dry-run, and says what it would change", async () => {
    const stage = started.current;
    const before = await stage.fingerprint();
    const counted = countCalls(stage.world());
    const { stdout, exitCode } = await stage.runIn(counted.world, "advance", "--dry-run");
    expect(stdout).toBe(
      "The step to 25 % may be taken. It would change, besides the record:\n  update aws:lb/listenerRule:ListenerRule portal-staging-public",
    );
    expect(exitCode).toBe(0);
    expect(await stage.fingerprint()).toBe(before);
    expect(counted.calls).not.toContain("pulumi.update");
  });

  it("leaves the file as it was when the dry run is refused by the program", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("maxTasks: ", "maxTasks: 1"));
    const before = await stage.fingerprint();
    const { stderr, exitCode } = await stage.run("advance", "--dry-run");
    expect(stderr).toContain("You changed api.maxTasks from 3 to 13 in the edit that raises the weight.");
    expect(exitCode).toBe(1);
    expect(await stage.fingerprint()).toBe(before);
  });

  it("only edits and commits with --commit: the number, and the gate's verdict in the message", async () => {
    const stage = started.current;
    const git = (...words: string[]) => execFileSync("git", words, { cwd: stage.folder, encoding: "utf8" });
    git("init", "--quiet");
    git("config", "user.name", "Ana");
    git("config", "user.email", "ana@example.com");
    git("add", "Pulumi.staging.yaml");
    git("commit", "--quiet", "--message", "Begin");
    const counted = countCalls({ ...stage.world(), repository: openRepository(stage.folder) });
    const { stdout, exitCode } = await stage.runIn(counted.world, "advance", "--commit");
    expect(stdout).toMatch(
      /^Pulumi\.staging\.yaml was edited and committed as \w{7,}\. Nothing was deployed\. Open a pull request\. When it is merged, run npm run rollout -- apply --stage staging: it asks the gate again and updates\.$/,
    );
    expect(exitCode).toBe(0);
    const shown = git("show", "--unified=0", "--format=%s%n%b");
    expect(shown).toMatch(
      /^Advance staging to 25 %\nThe gate's verdict: pass\.\n- error rate: pass \(0 errors in 400 requests/,
    );
    expect(shown.split("\n").filter((line) => /^[-+] {2}/.test(line))).toEqual([
      "-  celebrant-portal:candidateWeight: 5",
      "+  celebrant-portal:candidateWeight: 25",
    ]);
    expect(git("status", "--short", "--untracked-files=no")).toBe("");
    // It previews, because the program asks the gate.
    const calls = counted.calls.filter((call) => /^pulumi\.(preview|update)|^evidence\.write/.test(call));
    expect(calls).toEqual(["pulumi.preview"]);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
  });

  it.each([
    ["pass", 400, 0, 0],
    // Thirty show what the next step can cost, two show nothing.
    ["pass", 30, 0, 0],
    ["not enough data", 2, 0, 3],
    ["fail", 400, 40, 1],
  ] as const)("check says %s by its exit code too, after %i requests", async (verdict, requests, errors, exitCode) => {
    const stage = started.current;
    await stage.standAt5(requests - errors);
    if (errors > 0) await stage.serve("green", errors, errors);
    const run = await stage.run("check", "--json");
    expect(JSON.parse(run.stdout)).toMatchObject({ verdict, input: { counts: { candidate: { requests, errors } } } });
    expect(run.exitCode).toBe(exitCode);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { judgeGate } from "../../../rollout/gate/judge-gate.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

/** Each step of production's schedule: its weight, its bake in hours, and requests that the gate passes on. */
const steps = [
  { weight: 5, bakeHours: 2, candidate: 400, live: 7600 },
  { weight: 25, bakeHours: 4, candidate: 2000, live: 6000 },
  { weight: 50, bakeHours: 8, candidate: 4000, live: 4000 },
  { weight: 100, bakeHours: 48, candidate: 8000, live: 0 },
] as const;

describeWithMoto("a whole rollout by the CLI, against AWS's API", () => {
  const started = startStage("production");

  describe("from 0 to 100", () => {
    it.each(steps)("advances to $weight %, and AWS has it", async ({ weight, bakeHours, candidate, live }) => {
      const stage = started.current;
      stage.waitHours(0.1);
      const { exitCode, stdout, stderr } = await stage.run("advance");
      expect(stderr).toBe("");
      expect(stdout).toContain(`blue is live with ${weight} % on the candidate.`);
      expect(stdout).toContain(`AWS gives blue ${100 - weight} %, green ${weight} %.`);
      expect(exitCode).toBe(0);
      expect(await stage.weights()).toEqual({ blue: 100 - weight, green: weight });
      expect(stage.pulumi.record).toMatchObject({ liveColour: "blue", weightPercent: weight });
      expect(stage.stackFile()).toContain(`celebrant-portal:candidateWeight: ${weight}\n`);

      stage.waitHours(bakeHours);
      await stage.serve("green", candidate);
      await stage.serve("blue", live);
    });

    it("keeps every other byte of the stack file", () => {
      const stage = started.current;
      const copied = readFileSync(join(fixtureFolder, "Pulumi.production.yaml"), "utf8");
      const asCopied = stage.stackFile().replace("candidateWeight: 100", "candidateWeight: 0");
      expect(asCopied.replace(/images:\n {4}blue: \S+ # first\n {4}green: \S+/, "images: {}")).toBe(copied);
    });

    it("has nothing above 100 % to advance to", async () => {
      const { exitCode, stderr } = await started.current.run("advance");
      expect(stderr).toBe(
        "The next step is refused. The rollout stands at 100 %, its last step. When the bake is over, run npm run rollout -- promote --stage production.",
      );
      expect(exitCode).toBe(1);
    });
  });

  it("refuses a merge that promotes, and whose program would change another resource", async () => {
    const stage = started.current;
    const merged = stage.stackFile();
    stage.editStackFile((text) =>
      text.replace("liveColour: blue", "liveColour: green").replace("candidateWeight: 100", "candidateWeight: 0"),
    );
    stage.pulumi.hasOtherCode = true;
    const { exitCode, stderr } = await stage.run("apply");
    stage.pulumi.hasOtherCode = false;
    stage.editStackFile(() => merged);
    expect(stderr).toBe(
      "The update is refused. A promote changes who the candidate is and moves no traffic, but the plan would update aws:lb/loadBalancer:LoadBalancer portal-production-public (tags). Set liveColour to blue and candidateWeight to 100 again, as deployed, and apply the rest of the file. Then ask for this by itself.",
    );
    expect(exitCode).toBe(1);
    expect(stage.pulumi.record).toMatchObject({ liveColour: "blue", weightPercent: 100 });
  });

  it("promotes without touching public traffic", async () => {
    const stage = started.current;
    const rule = await stage.publicRule();
    const { exitCode, stdout, stderr } = await stage.run("promote");
    expect(stderr).toBe("");
    expect(stdout).toContain("green is live with 0 % on the candidate. AWS gives blue 0 %, green 100 %.");
    expect(exitCode).toBe(0);
    expect(await stage.publicRule()).toEqual(rule);
    expect(stage.stackFile()).toMatch(/liveColour: green .*\n {2}celebrant-portal:candidateWeight: 0\n/);
  });

  it("shows the whole way in the history", async () => {
    const { stdout } = await started.current.run("history", "--json");
    const { history } = JSON.parse(stdout) as { history: { event: string; weightPercent: number }[] };
    expect(history.map(({ event, weightPercent }) => `${event} ${weightPercent}`)).toEqual([
      "deployed 0",
      "advanced 5",
      "advanced 25",
      "advanced 50",
      "advanced 100",
      "promoted 0",
    ]);
  });

  it("reports the rollout from its evidence", async () => {
    const stage = started.current;
    const page = join(stage.folder, "report.html");
    const { stdout, exitCode } = await stage.run("report", "--html", page);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("was promoted: green is live. It stood at 5 %, 25 %, 50 %, 100 %.**");
    expect(stdout).toContain("At most 0 of 14400 counted public requests to green failed. The gate refused no look.");
    expect(stdout).toMatch(/^\| 25 % \| .* \| 4 h 6 min \| 0 of 2000 failed \| 0 of 6000 failed \|/m);
    expect(readFileSync(page, "utf8")).toContain("<h2>Requests over time</h2>\n<figure>");
    const { report } = JSON.parse((await stage.run("report", "--json")).stdout) as {
      report: { timeline: { bins: { answered: { green: number } }[] } };
    };
    const served = report.timeline.bins.reduce((sum, { answered }) => sum + answered.green, 0);
    expect(served).toBe(14400);
  });

  it("reports the last day, and the whole rollout with what people have to add", async () => {
    const stage = started.current;
    const daily = await stage.run("report", "--daily");
    expect(daily.exitCode).toBe(0);
    expect(daily.stdout).toContain("- Traffic: blue 0 %, green 100 %\n");
    expect(daily.stdout).toMatch(/### Since yesterday\n\n- .*promoted/);
    expect(daily.stdout).not.toContain("advanced to 25 %");
    expect(daily.stdout).toMatch(
      /^\| response times of the last day \| C2, A2, R4 \| pass \| average 50 ms, p95 50 ms \|/m,
    );
    expect(daily.stdout).toContain("- [ ] User feedback:");
    const final = await stage.run("report", "--final");
    expect(final.stdout).toContain("Deployment frequency: 1 rollout in 3 days, 1 promoted.");
    expect(final.stdout).toContain("### Rollbacks\n\nThere was none.");
    expect(final.stdout).toMatch(
      /### Acceptance\n\n\| who \| said \|\n\|---\|---\|\n\| development \| \d+ lines are not filled in \|/,
    );
    expect(final.stdout).toContain("- [ ] What worked, what surprised us");
    expect((await stage.run("report", "--daily", "--final")).exitCode).toBe(2);
  });

  it("leaves evidence of each move, which can be judged again", async () => {
    const stage = started.current;
    const kept = await stage.evidence();
    expect(kept.map(({ action, to, outcome }) => `${action} ${to.weightPercent} ${outcome}`)).toEqual([
      "advance 5 done",
      "advance 25 done",
      "advance 50 done",
      "advance 100 done",
      "promote 0 done",
    ]);
    const recorded = stage.pulumi.record.history.slice(1);
    expect(kept.map(({ at }) => at)).toEqual(recorded.map(({ at }) => at));
    for (const { gate, plan, by, action, readBack, to } of kept) {
      expect(gate === null ? undefined : judgeGate(gate.input).verdict).toBe("pass");
      expect(by).toBe("Ana <ana@example.com>");
      const changed = plan?.changes.map(({ name }) => name) ?? [];
      if (action === "advance") expect(changed).toEqual(["portal-production-public"]);
      else expect(changed).not.toContain("portal-production-public");
      expect(readBack?.split[to.liveColour]).toBe(100 - to.weightPercent);
    }
    const folder = join(stage.folder, "evidence", "production");
    const [, second = ""] = readdirSync(folder).sort();
    const again = await stage.run("check", "--evidence", join(folder, second));
    expect(again.stdout).toMatch(
      /the same verdict as at 2026-11-23T02:12:00\.000Z, when Ana <ana@example\.com> ran it\.$/,
    );
    expect(again.exitCode).toBe(0);
  });

  it("retires the old colour once it cannot be returned to", async () => {
    const stage = started.current;
    const early = await stage.run("retire");
    expect(early.stderr).toMatch(/^Retiring blue is refused\. blue keeps sha256/);
    expect(early.exitCode).toBe(1);

    stage.waitHours(49);
    const planned = await stage.run("retire", "--dry-run");
    expect(planned.stdout).toContain("delete aws:ecs/service:Service portal-production-blue");
    expect(await stage.serviceNames()).toContain("portal-production-blue");

    const { exitCode, stderr } = await stage.run("retire");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(await stage.serviceNames()).toEqual(["portal-production-green"]);
    expect(stage.stackFile()).not.toContain(sampleImageDigest("1.0.0"));
    expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
  });
});

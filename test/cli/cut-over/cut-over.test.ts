import { beforeEach, expect, it, onTestFinished } from "vitest";
import type { CutOverPorts } from "../../../cli/cut-over/accept.ts";
import { cutOver } from "../../../cli/cut-over/cut-over.ts";
import { recordInState } from "../../../cli/cut-over/stage-records.ts";
import { runProcess } from "../../../cli/process.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { type Standing, vercelToken } from "../../support/cli/test-stage.ts";
import { fakePulumi } from "../../support/fake-pulumi.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { startVercel } from "../../support/vercel/vercel-stand-in.ts";
import { type ProviderFacts, startProviders } from "../doctor/provider-stand-in.ts";

const name = "api.celebrant-portal.com";
const oldServer = [
  { type: "A", name, content: "192.0.2.10" },
  { type: "A", name, content: "192.0.2.11" },
];
const mail = { type: "TXT", name, content: '"v=spf1 -all"' };
const over = { host: "api", back: false, reason: undefined, dryRun: false } as const;

/** Cloudflare on loopback, and a Pulumi CLI that is a process. */
async function ports(facts: ProviderFacts = {}, answers: Parameters<typeof fakePulumi>[0] = { raw: { exitCode: 0 } }) {
  const pulumi = fakePulumi(answers);
  const providers = await startProviders({ records: [...oldServer, mail], ...facts });
  const given: CutOverPorts = {
    ...providers,
    environment: { CLOUDFLARE_API_TOKEN: "good" },
    runPulumi: (words) => runProcess({ command: `${pulumi.folder}/pulumi`, words, cwd: pulumi.folder }),
  };
  const shown = () => providers.records().map(({ type, content }) => `${type} ${content}`);
  return { given, shown, calls: () => pulumi.calls().map(({ words }) => words) };
}

describeWithMoto("cut-over", () => {
  const started = startStage("production");
  let pending: Standing;

  beforeEach(async () => {
    const stage = started.current;
    if (pending === undefined) {
      stage.editStackFile((text) => text.replace(/(\n.*:dns:\n)/, "$1    pendingHosts: [api, frontend]\n"));
      pending = await stage.remember();
    }
    await stage.returnTo(pending);
  });

  const balancer = async () => String((await started.current.pulumi.outputs())["loadBalancerDnsName"]);

  it("moves a host in one transaction, lets Pulumi's state know the record, and takes the host out of the file", async () => {
    const stage = started.current;
    const { given, shown, calls } = await ports();
    const outcome = await cutOver(stage.world(), { ...over, reason: "INC-1" }, given);
    expect(shown()).toEqual([`TXT ${mail.content}`, `CNAME ${await balancer()}`]);
    expect(outcome.text).toContain(`Before: 192.0.2.10 (A), 192.0.2.11 (A).`);
    expect(outcome.text).toContain("Now: npx pulumi up --stack production.");
    expect(stage.stackFile()).toContain("pendingHosts: [frontend]");
    const [words] = calls();
    const { urn, type } = recordInState("production", "api");
    expect(words?.slice(0, 3)).toEqual(["import", type, "portal-production-api"]);
    expect(words?.[3]).toMatch(/^[0-9a-f]{32}\/record\d+$/);
    const plan = await planFixture({ stage: "production", previousRecord: null, now: stage.now });
    const planned = plan.resources.find((one) => one.urn === urn);
    expect(planned?.inputs).toMatchObject({ name, type: "CNAME", proxied: true });
    expect(words?.slice(4, 6)).toEqual(["--parent", `parent=${planned?.urn.split("$")[0]}::portal-production`]);
    const [evidence] = (await stage.evidence()).filter(({ action }) => action === "cut-over");
    expect(evidence).toMatchObject({ outcome: "done", reason: "INC-1", dns: { host: "api" } });
    expect(evidence?.dns?.before.map(({ content }) => content)).toEqual(["192.0.2.10", "192.0.2.11"]);
  });

  it("moves back to what it replaced, and the state forgets the record", async () => {
    const stage = started.current;
    const { given, shown, calls } = await ports();
    await cutOver(stage.world(), over, given);
    const outcome = await cutOver(stage.world(), { ...over, back: true }, given);
    expect(shown().sort()).toEqual(["A 192.0.2.10", "A 192.0.2.11", `TXT ${mail.content}`]);
    expect(calls()[1]?.slice(0, 3)).toEqual(["state", "delete", recordInState("production", "api").urn]);
    expect(stage.stackFile()).toContain("pendingHosts: [api, frontend]");
    expect(outcome.text).toContain("api.celebrant-portal.com leads to 192.0.2.10 (A), 192.0.2.11 (A).");
    const again = await cutOver(stage.world(), { ...over, back: true }, given);
    expect(again.text).toContain("already. Nothing to do.");
  });

  it("refuses while live has too few healthy tasks, or the candidate has traffic, all at once, and changes nothing", async () => {
    const stage = started.current;
    await setHealthyTasks(stage.pulumi.account(), "blue", 1);
    const { given, shown, calls } = await ports();
    await expect(cutOver(stage.world(), over, given)).rejects.toThrow(
      /refused\. blue, which is live, has 1 healthy tasks, and 2 are needed \(api\.minTasks\)/,
    );
    expect(shown()).toContain("A 192.0.2.10");
    expect(calls()).toEqual([]);
    expect(await stage.evidence()).toEqual([]);
  });

  it("refuses a host that is not pending and leads elsewhere, with the line that says so", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("pendingHosts: [api, frontend]", "pendingHosts: [frontend]"));
    const { given } = await ports();
    await expect(cutOver(stage.world(), over, given)).rejects.toThrow(/dns\.pendingHosts "\[frontend, api\]"/);
  });

  it("refuses the frontend while Vercel has nothing to show", async () => {
    const frontend = { ...over, host: "frontend" } as const;
    const stage = started.current;
    const vercel = await startVercel({ projectName: "celebrant-portal", token: vercelToken, stagesPercent: [] });
    stage.vercelUrl = vercel.url;
    onTestFinished(async () => {
      stage.vercelUrl = undefined;
      await vercel.stop();
    });
    const records = [{ type: "A", name: "celebrant-portal.com", content: "192.0.2.20" }];
    const { given, shown } = await ports({ records });
    await expect(cutOver(stage.world(), frontend, given)).rejects.toThrow(
      /no production deployment of .* that is ready/,
    );
    vercel.push();
    await expect(cutOver(stage.world(), frontend, given)).rejects.toThrow(
      /serves yet: dpl_1 waits\. .* Run npm run rollout -- frontend --stage production,/,
    );
    await stage.run("frontend");
    vercel.push();
    await cutOver(stage.world(), frontend, given);
    expect(shown()).toEqual(["A 76.76.21.21"]);
  });

  it("changes nothing in a dry run", async () => {
    const { given, shown, calls } = await ports();
    const { text } = await cutOver(started.current.world(), { ...over, dryRun: true }, given);
    expect(text).toBe(
      `${name} leads to 192.0.2.10 (A), 192.0.2.11 (A). It would lead to ${await balancer()} (CNAME, proxied). Nothing was changed.`,
    );
    expect(shown()).toContain("A 192.0.2.10");
    expect([calls(), await started.current.evidence()]).toEqual([[], []]);
  });

  it("goes on where it was cut off, and still knows where the host led", async () => {
    const stage = started.current;
    const cut = await ports({}, { raw: { exitCode: 255, stderr: "error: connection reset" } });
    await expect(cutOver(stage.world(), over, cut.given)).rejects.toThrow(/connection reset/);
    expect(stage.stackFile()).toContain("pendingHosts: [api, frontend]");
    const repaired: CutOverPorts = { ...cut.given, runPulumi: (await ports()).given.runPulumi };
    const { text } = await cutOver(stage.world(), over, repaired);
    expect(text).toContain("Before: 192.0.2.10 (A), 192.0.2.11 (A).");
    const kept = (await stage.evidence()).filter(({ action }) => action === "cut-over");
    expect(kept.map(({ outcome }) => outcome)).toEqual(["done"]);
    expect((await cutOver(stage.world(), over, repaired)).text).toContain("already. Nothing to do.");
    await cutOver(stage.world(), { ...over, back: true }, repaired);
    expect(cut.shown().sort()).toEqual(["A 192.0.2.10", "A 192.0.2.11", `TXT ${mail.content}`]);
  });

  it.each([
    ["cut-over", false, `error: Preview failed: resource '${recordInState("production", "api").urn}' already exists`],
    [
      "way back",
      true,
      `error: No such resource "${recordInState("production", "api").urn}" exists in the current state`,
    ],
  ])("ends well where Pulumi's state was changed by an earlier run: %s", async (_, back, said) => {
    const stage = started.current;
    const first = await ports();
    if (back) await cutOver(stage.world(), over, first.given);
    // Recorded from Pulumi 3.260: an import says it on standard output, a deletion from the state on standard error.
    const raw = { exitCode: 1, ...(back ? { stderr: said } : { stdout: said }) };
    const { runPulumi } = (await ports({}, { raw })).given;
    const { exitCode } = await cutOver(stage.world(), { ...over, back }, { ...first.given, runPulumi });
    expect(exitCode).toBe(0);
  });

  it("refuses the way back where nothing is known, or somebody has changed the records since", async () => {
    const back = { ...over, back: true };
    const { given } = await ports();
    await expect(cutOver(started.current.world(), back, given)).rejects.toThrow(/nobody knows where/);
    await cutOver(started.current.world(), over, given);
    const changed = await ports({ records: [{ type: "A", name, content: "203.0.113.9" }] });
    await expect(cutOver(started.current.world(), back, changed.given)).rejects.toThrow(
      /Somebody has changed it since/,
    );
  });
});

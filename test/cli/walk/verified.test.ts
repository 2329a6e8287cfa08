import { DeleteParameterCommand, GetParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { projectName } from "../../../infra/config/config-keys.ts";
import { verificationParameter } from "../../../infra/naming.ts";
import { sampleVerify } from "../../../rehearsal/local/sample-api/portal.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { parseVerification } from "../../../rollout/verification.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { serveDatabase, verifyHere } from "../verify/verified-stage.ts";

describeWithMoto("the first step of a stage that requires a verdict", () => {
  const started = startStage("staging");
  let standing: Standing;

  beforeAll(async () => {
    const stage = started.current;
    const block = JSON.stringify({ ...sampleVerify, required: true });
    stage.editStackFile((text) => `${text}  ${projectName}:verify: ${block}\n`);
    await stage.up();
    await serveDatabase(stage);
    standing = await stage.remember();
  });
  beforeEach(() => started.current.returnTo(standing));

  const parameter = verificationParameter(projectName, "staging", "green");

  async function storedVerdict() {
    const { parameters } = started.current.pulumi.account().clients;
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name: parameter }));
    return parseVerification(Parameter?.Value);
  }

  const refusal = (stands: string) =>
    `You asked for 5 %. ${stands} verify.required asks for a verdict pass about exactly this release`;

  it("is refused without one, by the command and by an update by hand, and changes nothing", async () => {
    const stage = started.current;
    const before = stage.stackFile();
    const { exitCode, stderr } = await stage.run("advance");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^The step to 5 % is refused\. Nobody has verified the release in green\. /);
    expect(stderr).toContain("npm run rollout -- verify --stage staging --host candidate, or give a written --reason");
    expect(stage.stackFile()).toBe(before);
    stage.editStackFile((text) => text.replace("candidateWeight: 0", "candidateWeight: 5"));
    await expect(stage.up()).rejects.toThrow(refusal("Nobody has verified the release in green."));
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
  });

  it("is taken after a verdict pass on the candidate's host, which one call reads beside the latch", async () => {
    const stage = started.current;
    const missing =
      "Nobody has verified the release in green. Run npm run rollout -- verify --stage staging --host candidate";
    const before = await stage.run("status");
    expect(before.stdout).toContain("Next: The step to 5 %, when nothing below stands in its way.");
    expect(before.stdout).toContain(`Before the next move:\n- ${missing}`);
    expect((await stage.run("check")).stdout).toContain(`The first step waits: ${missing}`);
    const { exitCode, text } = await verifyHere(stage, { host: "candidate" });
    const told = /^The release in green passed verify on its own host at .* UTC\.$/m;
    const after = await stage.run("status");
    expect(after.stdout).toMatch(told);
    expect(after.stdout).toContain("Next: The step to 5 % may be taken now.");
    expect((await stage.run("check")).stdout).toMatch(told);
    expect(text).toContain("verdict in AWS: pass, for the release in green");
    expect(exitCode).toBe(0);
    expect(await storedVerdict()).toMatchObject({
      verdict: "pass",
      host: "candidate",
      image: sampleImageDigest("1.1.0"),
      objections: [],
    });
    const advanced = await stage.run("advance");
    expect(advanced.stderr).not.toContain("refused");
    expect(advanced.exitCode).toBe(0);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
    // Further steps ask for no verdict.
    await stage.pulumi.account().clients.parameters.send(new DeleteParameterCommand({ Name: parameter }));
    stage.waitHours(1);
    await stage.serve("green", 1000);
    await stage.serve("blue", 1000);
    expect((await stage.run("advance", "--dry-run")).exitCode).toBe(0);
  });

  it("is refused after a verdict fail, which names the checks and replaces an earlier pass", async () => {
    const stage = started.current;
    await verifyHere(stage, { host: "candidate" });
    expect((await verifyHere(stage, { host: "candidate" }, { faults: ["loses changes"] })).exitCode).toBe(1);
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toMatch(/The release in green was verified at .* and failed: couple, invoice\./);
    expect(exitCode).toBe(1);
  });

  it("is refused for another release in the same colour", async () => {
    const stage = started.current;
    await verifyHere(stage, { host: "candidate" });
    stage.editStackFile((text) => text.replace(sampleImageDigest("1.1.0"), sampleImageDigest("1.2.0")));
    await stage.up();
    const { stderr } = await stage.run("advance");
    expect(stderr).toMatch(/What was verified in green at .* is another release\./);
  });

  it("is let through by a written reason, which the history keeps with what it let through", async () => {
    const stage = started.current;
    const { exitCode } = await stage.run("advance", "--reason", "INC-7: the portal is down, blue cannot log in");
    expect(exitCode).toBe(0);
    expect(stage.pulumi.record.history.at(-1)).toMatchObject({ event: "advanced", overrode: ["verify"] });
  });

  it("stays refused where the verdict could not be written, and verify says so", async () => {
    const stage = started.current;
    const world = stage.world();
    const unwritable = {
      ...world,
      openAws: (addresses: Parameters<typeof world.openAws>[0]) => ({
        ...world.openAws(addresses),
        writeVerification: () => Promise.reject(new Error("AWS: the verdict could not be recorded: denied")),
      }),
    };
    const { exitCode, text } = await verifyHere(stage, { host: "candidate" }, {}, unwritable);
    expect(exitCode).toBe(3);
    expect(text).toContain("- not checked     verdict in AWS: AWS: the verdict could not be recorded: denied");
    expect((await stage.run("advance")).exitCode).toBe(1);
  });
});

import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { beforeEach, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";

describeWithMoto("a latch that somebody deleted", () => {
  const started = startStage("production");
  let fresh: Standing | undefined;
  beforeEach(async () => {
    const stage = started.current;
    fresh ??= await stage.remember();
    await stage.returnTo(fresh);
    const { latchParameterName } = await stage.addresses();
    await stage.pulumi.account().clients.parameters.send(new DeleteParameterCommand({ Name: latchParameterName }));
  });

  it("is told by status, and lets no weight rise by command or by update", async () => {
    const stage = started.current;
    const why = "because the parameter /celebrant-portal/production/rollout/latch does not exist in AWS";
    const { stdout } = await stage.run("status");
    expect(stdout).toContain(`Latch: counts as SET, ${why}.`);
    const { stderr, exitCode } = await stage.run("advance");
    expect(stderr).toContain(`The rollback latch counts as set, ${why}`);
    expect(stderr).toContain("npm run rollout -- resume --stage production --reason");
    expect(exitCode).toBe(1);
    stage.editStackFile((text) => text.replace("candidateWeight: 0", "candidateWeight: 5"));
    await expect(stage.up()).rejects.toThrow(`The rollback latch counts as set, ${why}`);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
  });

  it("is written again by resume, for a written reason only", async () => {
    const stage = started.current;
    const refused = await stage.run("resume");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("give --reason why");
    expect(await stage.latch()).toMatchObject({ isMissing: true });
    expect((await stage.run("resume", "--reason", "Kim deleted it by mistake")).exitCode).toBe(0);
    expect(await stage.latch()).toEqual({ state: "clear" });
  });

  it("is written again by a rollback, with that rollback's reason", async () => {
    const stage = started.current;
    expect((await stage.run("rollback", "--reason", "logins fail")).exitCode).toBe(0);
    expect(await stage.latch()).toMatchObject({ state: "set", reason: "logins fail", rolledBack: "green" });
  });
});

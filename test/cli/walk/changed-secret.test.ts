import { beforeAll, beforeEach, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";

describeWithMoto("a secret that is changed in the stack file", () => {
  const started = startStage("production");
  const key = "applicationSecrets.STRIPE_SECRET_KEY";
  let deployed: Standing;
  beforeAll(async () => {
    setSecret("v1:AAAA");
    await started.current.up();
    // The first value is staged like another one. Two updates more, and both colours have it.
    started.current.editStackFile(
      (text) =>
        `${text}  celebrant-portal:rolloutOverride: INC-1 both colours need the first key\n  celebrant-portal:rolloutOverrideAllows: ${key}\n`,
    );
    await started.current.up();
    deployed = await started.current.remember();
  });
  beforeEach(() => started.current.returnTo(deployed));

  function setSecret(ciphertext: string): void {
    started.current.editStackFile((text) => {
      const without = text.replace(/ {2}celebrant-portal:applicationSecrets:\n {4}STRIPE.*\n/, "");
      return `${without}  celebrant-portal:applicationSecrets:\n    STRIPE_SECRET_KEY: { secure: "${ciphertext}" }\n`;
    });
  }
  const versions = () => {
    const { releaseSettings } = started.current.pulumi.record;
    return [releaseSettings?.blue?.[key], releaseSettings?.green?.[key]];
  };

  it("is staged by apply, taken out by advance with one resource, and told of by status and history", async () => {
    const stage = started.current;
    expect(versions()).toEqual(["version 1", "version 1"]);
    stage.waitHours(1);
    setSecret("v1:BBBB");
    const applied = await stage.run("apply");
    expect([applied.exitCode, applied.stderr]).toEqual([0, ""]);
    expect(versions()).toEqual(["version 1", "version 2"]);
    expect((await stage.run("status")).stdout).toContain(
      `green has otherwise than blue: ${key} version 2 (blue: version 1).`,
    );

    stage.waitHours(1);
    const advanced = await stage.run("advance");
    expect([advanced.exitCode, advanced.stderr]).toEqual([0, ""]);
    expect((await stage.evidence()).at(-1)?.plan?.changes.map(({ name }) => name)).toEqual([
      "portal-production-public",
    ]);
    expect((await stage.run("history")).stdout).toMatch(/reconfigured.*\n(.*\n)?\s+Secrets: STRIPE_SECRET_KEY\./);
    expect(JSON.stringify(await stage.evidence())).not.toMatch(/v1:|\[secret [0-9a-f]{8}\]|secretString/);

    setSecret("v1:CCCC");
    const refused = await stage.run("apply");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`You changed ${key} from version 2 to version 3 while green has 5 %.`);
    expect(refused.stderr).toContain("STRIPE_SECRET_KEY: [secret]");
    expect(refused.stderr).not.toMatch(/v1:|\[secret [0-9a-f]{8}\]/);
  });

  it("comes back with a rollback: live starts with the value that it had", async () => {
    const stage = started.current;
    stage.waitHours(1);
    setSecret("v1:BBBB");
    await stage.run("apply");
    stage.waitHours(1);
    await stage.run("advance");
    const { exitCode } = await stage.run("rollback", "--reason", "the payments fail");
    expect(exitCode).toBe(0);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(versions()).toEqual(["version 1", "version 2"]);
  });
});

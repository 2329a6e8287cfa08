import { beforeAll, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";

const rotateLine = "npm run rollout -- rotate --stage production";

describeWithMoto("rotating SECRET_KEY", () => {
  const started = startStage("production");
  let deployed: Standing;
  beforeAll(async () => {
    deployed = await started.current.remember();
  });

  /** The secrets that the tasks of both colours start with, and the secrets that their role may read. */
  function tasksStartWith(): unknown {
    const { resources } = started.current.pulumi.state.plan;
    const secretOf = new Map(
      resources.map(({ name, outputs }) => [outputs["arn"], name.replace("portal-production-", "")]),
    );
    return Object.fromEntries(
      ["portal-production-blue", "portal-production-green"].map((colour) => {
        const definition = resources.find(({ type, name }) => type.endsWith(":TaskDefinition") && name === colour);
        const [container] = JSON.parse(String(definition?.inputs["containerDefinitions"])) as {
          secrets: { name: string; valueFrom: string }[];
        }[];
        const secrets =
          container?.secrets.map(({ name, valueFrom }) => [name, secretOf.get(valueFrom.split(":::")[0])]) ?? [];
        return [colour.split("-")[2], Object.fromEntries(secrets)];
      }),
    );
  }
  const both = (secrets: Readonly<Record<string, string>>) => ({ blue: secrets, green: secrets });

  it("goes through its three updates, each naming the next", async () => {
    const stage = started.current;
    await stage.returnTo(deployed);
    const untouched = stage.stackFile();
    expect(tasksStartWith()).toEqual(both({ SECRET_KEY: "secret-key" }));

    const prepared = await stage.run("rotate");
    expect(prepared).toMatchObject({ exitCode: 0, stderr: "" });
    expect(prepared.stdout).toContain(`All tasks accept key 2 now, and key 1 still signs. Next: ${rotateLine}.`);
    expect(tasksStartWith()).toEqual(both({ SECRET_KEY: "secret-key", SECRET_KEY_ALSO_ACCEPTED: "secret-key.2" }));

    stage.waitHours(1);
    const switched = await stage.run("rotate");
    expect(switched).toMatchObject({ exitCode: 0, stderr: "" });
    expect(switched.stdout).toContain(
      `Key 2 signs now, and key 1 is accepted until 2026-12-23 12:00 (Melbourne), 01:00 UTC. Then: ${rotateLine} --end-grace.`,
    );
    expect(tasksStartWith()).toEqual(both({ SECRET_KEY: "secret-key.2", SECRET_KEY_ALSO_ACCEPTED: "secret-key" }));
    expect((await stage.run("status")).stdout).toContain(
      `SECRET_KEY: Key 2 signs now, and key 1 is accepted until 2026-12-23 12:00 (Melbourne), 01:00 UTC. Then: ${rotateLine} --end-grace.`,
    );

    stage.waitHours(30 * 24);
    const ended = await stage.run("rotate", "--end-grace");
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ended.stdout).toContain("Key 2 signs, and no other key is accepted. The rotation is over.");
    expect((await stage.run("status")).stdout).not.toContain("SECRET_KEY");
    expect(tasksStartWith()).toEqual(both({ SECRET_KEY: "secret-key.2" }));

    // One line more than before, and every other byte as it was.
    expect(stage.stackFile().replace("  celebrant-portal:signingKey: 2\n", "")).toBe(untouched);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(stage.pulumi.record.history.map(({ event }) => event)).toEqual([
      "deployed",
      "rotated",
      "rotated",
      "rotated",
    ]);
    const kept = await stage.evidence();
    expect(kept.map(({ action, outcome, signingKeys }) => [action, outcome, signingKeys])).toEqual([
      ["rotate", "done", { current: 1, alsoAccepted: 2, acceptedUntil: null }],
      ["rotate", "done", { current: 2, alsoAccepted: 1, acceptedUntil: "2026-12-23T01:00:00.000Z" }],
      ["rotate", "done", { current: 2, alsoAccepted: null, acceptedUntil: null }],
    ]);
  });

  it("prints no key, and writes none into a file", async () => {
    const stage = started.current;
    await stage.returnTo(deployed);
    const runs = [await stage.run("rotate"), await stage.run("rotate", "--json")];
    const keys = stage.pulumi.state.plan.resources
      .filter(({ type }) => type.endsWith(":RandomPassword"))
      .map(({ outputs }) => String(outputs["result"]));
    expect(keys.filter((key) => key.length > 10)).toHaveLength(2);
    const left = JSON.stringify([runs, await stage.evidence(), stage.stackFile(), await stage.pulumi.outputs()]);
    for (const key of keys) expect(left).not.toContain(key);
  });

  it("ends a grace early only for a reason, which is kept", async () => {
    const stage = started.current;
    await stage.returnTo(deployed);
    await stage.run("rotate");
    await stage.run("rotate");
    const before = await stage.fingerprint();
    expect((await stage.run("rotate", "--end-grace")).stderr).toBe(
      'Ending the grace of key 1 of SECRET_KEY is refused. You asked to end the grace of key 1. Whoever logged in before 11:00 (Melbourne), 00:00 UTC would be signed out: what this key signed is valid until 2026-12-23 11:00 (Melbourne), 00:00 UTC. Wait until then, or, where the key has leaked, give a written --reason "…".',
    );
    expect(await stage.fingerprint()).toBe(before);
    stage.waitHours(0.1);
    const reason = "INC-31: the old key has leaked";
    expect(await stage.run("rotate", "--end-grace", "--reason", reason)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(stage.pulumi.record.history.at(-1)).toMatchObject({ event: "rotated", override: reason });
    expect((await stage.evidence()).at(-1)).toMatchObject({ action: "rotate", reason, outcome: "done" });
  });

  it("never ends a grace by the line that rotates, and says what to run", async () => {
    const stage = started.current;
    await stage.returnTo(deployed);
    expect((await stage.run("rotate", "--end-grace")).stderr).toBe(
      `The rotation of SECRET_KEY is refused. No key is in its grace: signingKey 1 without alsoAcceptedSigningKey is deployed. To rotate, leave --end-grace out: ${rotateLine}.`,
    );
    await stage.run("rotate");
    await stage.run("rotate");
    const { exitCode, stderr } = await stage.run("rotate");
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `The rotation of SECRET_KEY is refused. Key 2 signs, and key 1 is still accepted. To end that, run ${rotateLine} --end-grace, from 2026-12-23 11:00 (Melbourne), 00:00 UTC on. After it you can rotate again.`,
    );
  });

  it("is refused while the candidate has traffic, by the command and by the program", async () => {
    const stage = started.current;
    await stage.standAt5();
    const before = await stage.fingerprint();
    const why =
      "You asked for signingKey 1 and alsoAcceptedSigningKey 2, but signingKey 1 without alsoAcceptedSigningKey is deployed, and green has 5 % of the traffic. Other keys restart the tasks of both colours, so they change at weight 0 only. Keep signingKey 1 without alsoAcceptedSigningKey until after the promote or a rollback.";
    expect((await stage.run("rotate")).stderr).toBe(`Preparing key 2 of SECRET_KEY is refused. ${why}`);
    expect(await stage.fingerprint()).toBe(before);
    stage.editStackFile((text) => `${text}\n  celebrant-portal:alsoAcceptedSigningKey: 2\n`);
    await expect(stage.up()).rejects.toThrow(why);
    // And a step takes no keys along.
    expect((await stage.run("advance")).stderr).toContain(why.split(",")[0]);
  });

  it("shows with --dry-run what it would change, and changes nothing", async () => {
    const stage = started.current;
    await stage.returnTo(deployed);
    const before = await stage.fingerprint();
    const { exitCode, stdout } = await stage.run("rotate", "--dry-run");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("create random:index/randomPassword:RandomPassword portal-production-secret-key.2");
    expect(stdout).toContain("aws:ecs/taskDefinition:TaskDefinition portal-production-green");
    expect(await stage.fingerprint()).toBe(before);
  });

  it("refuses a plan that would change something else, and a stack file with other keys", async () => {
    const stage = started.current;
    await stage.returnTo(deployed);
    stage.editStackFile((text) => text.replace("memoryMib: 2048", "memoryMib: 4096"));
    const edited = stage.stackFile();
    expect((await stage.run("rotate")).stderr).toContain(
      "A rotation changes the keys that tasks start with and nothing else, but the plan would",
    );
    expect(stage.stackFile()).toBe(edited);
    await stage.returnTo(deployed);
    stage.editStackFile((text) => `${text}\n  celebrant-portal:signingKey: 7\n`);
    expect((await stage.run("rotate")).stderr).toContain(
      "The stack file has signingKey 7 without alsoAcceptedSigningKey, but signingKey 1 without alsoAcceptedSigningKey is deployed. Set it back, or check out the deployed version.",
    );
  });

  it("can be turned back by hand at each of its updates", async () => {
    const stage = started.current;
    await stage.returnTo(deployed);
    await stage.run("rotate");
    const prepared = stage.stackFile();
    await stage.run("rotate");
    stage.editStackFile(() => prepared);
    await stage.up();
    expect(tasksStartWith()).toEqual(both({ SECRET_KEY: "secret-key", SECRET_KEY_ALSO_ACCEPTED: "secret-key.2" }));
    stage.editStackFile((text) => text.replace(/ {2}celebrant-portal:alsoAcceptedSigningKey: 2\n/, ""));
    await stage.up();
    expect(tasksStartWith()).toEqual(both({ SECRET_KEY: "secret-key" }));
  });
});

import { describe, expect, it } from "vitest";
import type { PlannedResource } from "../../rehearsal/plan/planned-resource.ts";
import type { Stage } from "../../rollout/names.ts";
import { containerOf } from "../components/api/containers.ts";
import { statementsOf } from "../components/api/statements.ts";
import { planFixture } from "../support/plan-fixture.ts";

const images = { "images.blue": `sha256:${"b".repeat(64)}`, "images.green": `sha256:${"9".repeat(64)}` };
const encrypted = { secure: "v1:AAAA" };
const secrets = { "applicationSecrets.MAPS_TOKEN": encrypted, "applicationSecrets.SEED_TOKEN": encrypted };

/**
 * Who can read what, from the planned resources alone: each task definition with the names of its secrets, and the names of
 * the secrets that the policy of the role which starts it lets it read.
 */
async function whoReadsWhat(stage: Stage, set: Readonly<Record<string, unknown>>) {
  const { resources } = await planFixture({ stage, previousRecord: null, now: new Date(), set: { ...images, ...set } });
  const all = (type: string) => resources.filter((one) => one.type === type);
  const nameOfSecret = new Map(
    all("aws:secretsmanager/secret:Secret").map(({ name, outputs }) => [
      outputs["arn"],
      name.replace(`portal-${stage}-`, ""),
    ]),
  );
  const readable = (role: PlannedResource | undefined) =>
    all("aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) => inputs["role"] === role?.outputs["name"])
      .flatMap((policy) => Object.values(statementsOf(policy)))
      .filter(({ Action }) => Action.some((action) => action.startsWith("secretsmanager:")))
      .flatMap(({ Resource }) => Resource.map((arn) => nameOfSecret.get(arn) ?? arn));
  return all("aws:ecs/taskDefinition:TaskDefinition")
    .map((definition) => {
      const container = containerOf(definition);
      const role = all("aws:iam/role:Role").find(
        ({ outputs }) => outputs["arn"] === definition.inputs["executionRoleArn"],
      );
      const secrets = (container["secrets"] ?? []) as { name: string; valueFrom: string }[];
      const gets = secrets.map(({ name, valueFrom }) => {
        // The variable and the secret behind it have one name.
        expect(nameOfSecret.get(valueFrom.replace(/:::[0-9a-f]{32}$/, ""))).toBe(
          name.toLowerCase().replaceAll("_", "-"),
        );
        return name;
      });
      return [definition.name.replace(`portal-${stage}-`, ""), gets.join(", "), readable(role).join(", ")];
    })
    .sort(([first = ""], [second = ""]) => (first < second ? -1 : 1));
}

describe("who can read which secret", () => {
  it("is this table in staging, with a seed's secret that the API does not get", async () => {
    const lists = { "taskSecrets.api": ["MAPS_TOKEN"], "taskSecrets.seed": ["SEED_TOKEN", "SECRET_KEY"] };
    expect(await whoReadsWhat("staging", { ...secrets, ...lists })).toEqual([
      ["blue", "MAPS_TOKEN, SECRET_KEY", "maps-token, secret-key"],
      ["blue-integrity", "", ""],
      ["blue-migrate", "", ""],
      ["blue-seed", "SECRET_KEY, SEED_TOKEN", "secret-key, seed-token"],
      ["green", "MAPS_TOKEN, SECRET_KEY", "maps-token, secret-key"],
      ["green-integrity", "", ""],
      ["green-migrate", "", ""],
      ["green-seed", "SECRET_KEY, SEED_TOKEN", "secret-key, seed-token"],
      ["tunnel", "", ""],
    ]);
  });

  it("is this table in production, where the config lists nothing but the migration's", async () => {
    const lists = { "taskSecrets.migrate": ["MAPS_TOKEN"] };
    expect(await whoReadsWhat("production", { ...secrets, ...lists })).toEqual([
      ["blue", "MAPS_TOKEN, SECRET_KEY, SEED_TOKEN", "maps-token, secret-key, seed-token"],
      ["blue-integrity", "", ""],
      ["blue-migrate", "MAPS_TOKEN", "maps-token"],
      ["green", "MAPS_TOKEN, SECRET_KEY, SEED_TOKEN", "maps-token, secret-key, seed-token"],
      ["green-integrity", "", ""],
      ["green-migrate", "MAPS_TOKEN", "maps-token"],
      ["tunnel", "", ""],
    ]);
  });
});

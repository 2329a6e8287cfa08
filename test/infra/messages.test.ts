import { expect, it } from "vitest";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { refreshRuleCommand } from "../../infra/messages.ts";
import { planFixture } from "../support/plan-fixture.ts";

it.each(stages)(
  "names the public rule of %s by the URN that the program gives it, quoted for a shell",
  async (stage) => {
    const plan = await planFixture({ stage, previousRecord: null, now: new Date("2026-11-23T12:00:00Z") });
    const rule = plan.resources.find(({ outputs }) => outputs["arn"] === plan.outputs["publicRuleArn"]);
    expect(refreshRuleCommand(stage)).toBe(`npx pulumi up --refresh --target '${rule?.urn}' --stack ${stage}`);
  },
);

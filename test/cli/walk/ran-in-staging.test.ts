import { expect, it } from "vitest";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { nextRecord } from "../../../rollout/next-record.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { digest } from "../../support/rollout.ts";

describeWithMoto("production's first step, held against staging by status and check", () => {
  const started = startStage("production");
  const image = sampleImageDigest("1.1.0");

  /** What a command prints where staging's outputs are these. */
  async function asked(command: "status" | "check", outputs: () => Promise<Record<string, unknown>>) {
    const stage = started.current;
    const { stdout } = await stage.runIn({ ...stage.world(), stagingStack: { outputs } }, command);
    return stdout;
  }
  const ranThere = async () => {
    const wanted = { liveColour: "blue", images: { blue: digest("a"), green: image } } as const;
    const staged = nextRecord(null, { ...wanted, weightPercent: 0 }, new Date("2026-11-16T00:00:00Z"));
    return { rollout: nextRecord(staged, { ...wanted, weightPercent: 5 }, new Date("2026-11-16T01:00:00Z")) };
  };

  it("waits for an image that has run there", async () => {
    const waits = `The image ${image} has not run in staging: the stack staging has no record of a rollout. Take it through staging's steps first.`;
    const status = await asked("status", async () => ({}));
    expect(status).toContain("Next: The step to 5 %, when nothing below stands in its way.");
    expect(status).toContain(`Before the next move:\n- ${waits}`);
    expect(await asked("check", async () => ({}))).toContain(`The first step waits: ${waits}`);
  });

  it("is told where the image has run there", async () => {
    for (const command of ["status", "check"] as const) {
      const text = await asked(command, ranThere);
      expect(text).toContain("The image of green has had public traffic in staging.");
      expect(text).not.toContain("has not run in staging");
    }
  });

  it("waits where staging cannot be read, and says why", async () => {
    expect(await asked("status", () => Promise.reject(new Error("Pulumi: no stack named staging.")))).toContain(
      `- It is not known whether the image ${image} has run in staging: the outputs of the stack staging cannot be read (Pulumi: no stack named staging). Run this where the state of both stacks can be read.`,
    );
  });

  it("asks nothing any more once the candidate has traffic", async () => {
    const stage = started.current;
    await stage.standAt5();
    let times = 0;
    await asked("status", async () => {
      times += 1;
      return {};
    });
    expect(times).toBe(0);
  });
});

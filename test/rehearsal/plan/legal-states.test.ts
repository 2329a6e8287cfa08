import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stackFileName } from "../../../infra/config/config-keys.ts";
import { jsonSchemaPath } from "../../../infra/config/json-schema.ts";
import { parseYaml } from "../../../infra/config/parse-yaml.ts";
import { assumedImages } from "../../../rehearsal/plan/assumed-images.ts";
import { planAssumed } from "../../../rehearsal/plan/compare-stage.ts";
import { diffPlans, type ResourceChange } from "../../../rehearsal/plan/diff-plans.ts";
import { planStage, type StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import { beginRehearsal } from "../../../rehearsal/walk/course.ts";
import { type Stage, stages } from "../../../rollout/names.ts";
import { checkGuideAlarms } from "../../docs/guide-alarms.ts";
import type { PlannedStage } from "../../docs/guide-plan.ts";
import { checkGuideValues } from "../../docs/guide-values.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { type RolloutState, writeRolloutState } from "../../support/rollout-state.ts";
import { projectFolder } from "../../support/stack-files.ts";

const now = new Date("2026-11-23T00:00:00Z");
/** With the tunnel to the database open its roles are planned, too. */
const tunnel = { "database.tunnelPort": 15_432 };
const both = { blue: assumedImages.blue, green: assumedImages.green };
const released = { liveColour: "blue", candidateWeight: 0, images: both } as const;

interface LegalState extends RolloutState {
  readonly name: string;
  /** Whether it is one step from the state before it, which changes the public rule and nothing else. */
  readonly isStep?: boolean;
}

/** Every kind of state that a rollout brings a stage's file into, in the order of one, by the file's own schedule. */
function legalStates(stage: Stage): readonly LegalState[] {
  const { steps } = readConfig(stage, {}, projectFolder).rollout;
  const [first = { weight: 100, bake: "1h" }, second = first] = steps;
  const summer = { from: "2026-11-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: "summer weddings" };
  return [
    { name: "before the first release", ...released, images: {} },
    { name: "with an image for blue alone", ...released, images: { blue: both.blue } },
    { name: "with an image for both colours", ...released },
    ...steps.map(({ weight }) => ({ name: `at ${weight} %`, ...released, candidateWeight: weight, isStep: true })),
    { name: "promoted", ...released, liveColour: "green" },
    { name: "retired", ...released, liveColour: "green", images: { green: both.green } },
    { name: "at the first step of the next release", ...released, liveColour: "green", candidateWeight: first.weight },
    { name: "in a freeze window", ...released, candidateWeight: first.weight, freezeWindows: [summer] },
    {
      name: "with a written reason",
      ...released,
      candidateWeight: second.weight,
      rolloutOverride: "payment outage, agreed with Kim",
    },
    {
      name: "with another schedule",
      ...released,
      candidateWeight: 1,
      steps: [{ weight: 1, bake: first.bake }, ...steps.filter(({ weight }) => weight > 1)],
    },
  ];
}

const folder = mkdtempSync(join(tmpdir(), "legal-states-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, keywords: ["patternErrorMessage"] });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(join(projectFolder, jsonSchemaPath), "utf8")));

/** A folder with the project's stack file put into a state. */
function folderOf(stage: Stage, state: LegalState): string {
  const own = mkdtempSync(join(folder, "state-"));
  cpSync(join(projectFolder, stackFileName(stage)), join(own, stackFileName(stage)));
  writeRolloutState(own, stage, state);
  return own;
}

describe.each(stages)("the stack file of %s", (stage) => {
  let before: StagePlan | undefined;

  describe.each(legalStates(stage))("$name", ({ isStep = false, ...state }) => {
    const stateFolder = folderOf(stage, { isStep, ...state });
    let planned: PlannedStage;
    let changes: readonly ResourceChange[];
    beforeAll(async () => {
      const { plan } = await planAssumed({ stage, set: tunnel, now, projectFolder: stateFolder });
      planned = { stage, config: readConfig(stage, tunnel, stateFolder), plan };
      changes = before === undefined ? [] : diffPlans(before, plan);
      before = plan;
    });

    it("is accepted by the editors' schema", () => {
      const name = stackFileName(stage);
      validate(parseYaml({ name, text: readFileSync(join(stateFolder, name), "utf8") }));
      expect(validate.errors ?? []).toEqual([]);
    });

    it("is planned, and violates no policy", () => {
      const { liveColour, candidateWeight, images } = state;
      const { record, findings } = planned.plan;
      expect(record).toMatchObject({ liveColour, weightPercent: candidateWeight });
      expect(record.images).toEqual({ blue: images.blue ?? null, green: images.green ?? null });
      expect(findings).toEqual([]);
    });

    if (isStep) {
      it("differs from the state before it in the public rule alone", () => {
        expect(changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([`update portal-${stage}-public`]);
      });
    }

    // The rules know no stage, so that one is enough.
    if (stage === "staging") {
      it("is where a rehearsal can begin", async () => {
        const request = { planner: { planStage }, stage, projectFolder: stateFolder, databasePort: 15_432 };
        const { program } = beginRehearsal({ ...request, startsAt: now });
        await program.deploy({});
        const { liveColour, candidateWeight } = state;
        expect(program.plan.record).toMatchObject({ liveColour, weightPercent: candidateWeight });
      });
    }

    // The guide's values are those of both colours.
    if (state.images.blue !== undefined && state.images.green !== undefined) {
      checkGuideValues(stage, () => planned);
      if (stage === "production") checkGuideAlarms(() => planned);
    }
  });
});

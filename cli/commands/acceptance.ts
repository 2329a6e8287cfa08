import { buildCommand } from "@stricli/core";
import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { action, type CommonFlags, commonFlags, explain } from "./command.ts";

interface AcceptanceFlags extends CommonFlags {
  readonly colour?: Colour;
}

/** `acceptance`: forms that teams and beta users fill in. */
export const acceptance = buildCommand({
  docs: explain("Write a checklist with scenarios for each team and each beta user, as a CSV file to be filled in.", [
    {
      line: "npm run rollout -- acceptance --stage staging",
      purpose: "For the candidate's release, or live's where there is none. Files that are there stay as they are.",
    },
    {
      line: "npm run rollout -- verify --stage staging --host candidate --acceptance",
      purpose: "Add up the answers, with every other check.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      colour: { kind: "enum", values: colours, optional: true, brief: "Whose release. Default: the candidate's." },
    },
  },
  func: action(async ({ stage, colour }: AcceptanceFlags, openWorld) => {
    const [world, { readLastUpdate }, { writeForms }] = await Promise.all([
      openWorld(stage),
      import("../snapshot.ts"),
      import("../acceptance/acceptance-folder.ts"),
    ]);
    const { record } = await readLastUpdate(world);
    const { liveColour, images } = record;
    const accepted = colour ?? (images[otherColour(liveColour)] === null ? liveColour : otherColour(liveColour));
    const image = images[accepted];
    if (image === null) {
      throw new Error(`${colour ?? stage} has no release that could be accepted. Stage one: docs/runbook.md, Images.`);
    }
    const host = accepted === liveColour ? "public" : "candidate";
    const addUp = `npm run rollout -- verify --stage ${stage} --host ${host} --acceptance`;
    const forms = await writeForms(world.projectFolder, { image, addUp }, world.stackFile.readConfig().acceptance);
    const kept = forms.kept.length === 0 ? "" : ` Kept as they were: ${forms.kept.join(", ")}.`;
    return {
      exitCode: 0,
      text: `${forms.folder} has the forms of ${image}. Written: ${forms.written.join(", ") || "none"}.${kept}\nWhen they are filled in, commit them and run ${addUp}.`,
      json: { stage, image, ...forms },
    };
  }),
});

import { buildCommand } from "@stricli/core";
import { countFlag } from "../program.ts";
import { action, type CommonFlags, commonFlags, explain, switchFlag } from "./command.ts";

interface StageReleaseFlags extends CommonFlags {
  readonly fromHistory: number;
  readonly presentSecrets?: boolean;
}

/** `stage-release`: an earlier release as the candidate. */
export const stageRelease = buildCommand({
  docs: explain(
    "Write an earlier release into the stack file as the candidate: its image, its label and its settings. It deploys nothing.",
    [
      {
        line: "npm run rollout -- stage-release --stage production --from-history 3",
        purpose: "Make release 3 the candidate. It takes the steps as every release does.",
      },
      {
        line: "npm run rollout -- history --stage production --releases",
        purpose: "Find the release's number.",
      },
      {
        line: "npm run rollout -- stage-release --stage production --from-history 3 --present-secrets",
        purpose: "The same with the secrets of now, where those of then are gone.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      fromHistory: {
        kind: "parsed",
        parse: countFlag,
        brief: "Number of the release, as history --releases lists it.",
      },
      presentSecrets: {
        ...switchFlag,
        brief: "Take the secrets that the stack file has, whatever the release ran with.",
      },
    },
  },
  func: action(async ({ stage, fromHistory, presentSecrets = false }: StageReleaseFlags, openWorld) => {
    const [world, { stageFromHistory }] = await Promise.all([
      openWorld(stage),
      import("../moves/stage-from-history.ts"),
    ]);
    return await stageFromHistory(world, { number: fromHistory, presentSecrets });
  }),
});

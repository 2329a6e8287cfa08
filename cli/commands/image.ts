import { buildCommand } from "@stricli/core";
import type { ImageName } from "../../infra/aws/registry.ts";
import { visibly } from "../../rollout/plain-text.ts";
import type { ImagePorts } from "../images/push-image.ts";
import { WrongUseError } from "../outcome.ts";
import {
  action,
  type CommonFlags,
  commonFlags,
  explain,
  type OpenWorld,
  type RolloutContext,
  textFlag,
} from "./command.ts";

interface ImageFlags extends CommonFlags {
  readonly build?: string;
  readonly image?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly from?: "staging";
}

/** What the command does with an image. */
const deeds = ["push", "check", "stage"] as const;

/** `image`: an image into a stage's registry, and from there into the stack file. */
export const image = buildCommand<ImageFlags, readonly string[], RolloutContext>({
  docs: explain("Push an image to a stage's registry, check it there, and make it the candidate. It deploys nothing.", [
    {
      line: "npm run rollout -- image push --stage staging --build ../api --tag 2.4.0",
      purpose: "Build a folder and push it. It waits for the scan, and prints the digest and the next command.",
    },
    {
      line: "npm run rollout -- image push --stage staging --image api:2.4.0 --tag 2.4.0",
      purpose: "Push an image that is on this machine.",
    },
    {
      line: "npm run rollout -- image check --stage staging --tag 2.4.0",
      purpose: "Judge an image that is in the registry: its platform, and what its scan found.",
    },
    {
      line: "npm run rollout -- image stage --stage staging --tag 2.4.0",
      purpose: "Write it into the stack file as the candidate's image, or as live's where there was none yet.",
    },
    {
      line: "npm run rollout -- image stage --stage production --from staging --tag 2.4.0",
      purpose: "The same in production, with an image that ran in staging. It is copied, and keeps its digest.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      build: { ...textFlag, brief: "push: a folder with a Dockerfile.", placeholder: "folder" },
      image: { ...textFlag, brief: "push: an image that is on this machine." },
      tag: { ...textFlag, brief: "The image's tag in the registry. It never moves to another image." },
      digest: { ...textFlag, brief: "check, stage: the image's digest, in the place of its tag." },
      from: {
        kind: "enum",
        values: ["staging"],
        optional: true,
        brief: "stage: where production's image comes from. It is the default.",
      },
    },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "push, check or stage.", placeholder: "push|check|stage" },
    },
  },
  func: action(async (flags: ImageFlags, openWorld, _screen, words: readonly string[]) => {
    const deed = deedOf(words);
    const wanted = wantedOf(deed, flags);
    if (deed === "push") {
      const source = sourceOf(flags);
      const [world, { pushImage }, ports] = await Promise.all([
        openWorld(flags.stage),
        import("../images/push-image.ts"),
        openPorts(),
      ]);
      return await pushImage(world, ports, source, flags.tag ?? "");
    }
    if (deed === "check") {
      const [world, { checkImage }, ports] = await Promise.all([
        openWorld(flags.stage),
        import("../images/push-image.ts"),
        openPorts(),
      ]);
      return await checkImage(world, ports, wanted);
    }
    return await stage(flags, openWorld, wanted);
  }),
});

async function stage(flags: ImageFlags, openWorld: OpenWorld, wanted: ImageName) {
  const [{ stageImage }, ports, world, staging] = await Promise.all([
    import("../images/stage-image.ts"),
    openPorts(),
    openWorld(flags.stage),
    flags.stage === "production" ? openWorld("staging") : undefined,
  ]);
  return await stageImage(world, ports, { wanted, ...(staging === undefined ? {} : { staging }) });
}

async function openPorts(): Promise<ImagePorts> {
  const [{ openContainerProgram }, { openRegistry }] = await Promise.all([
    import("../images/container-program.ts"),
    import("../../infra/aws/registry.ts"),
  ]);
  return {
    // npm runs a command in the project's folder, and says where it was called.
    openProgram: () =>
      openContainerProgram(process.env["PATH"] ?? "", process.env["INIT_CWD"] ?? process.cwd(), (line) =>
        console.error(line),
      ),
    openRegistry,
  };
}

function deedOf(words: readonly string[]): (typeof deeds)[number] {
  const deed = deeds.find((one) => one === words[0]);
  if (deed !== undefined && words.length === 1) return deed;
  const shown = words.length === 0 ? "What to do is missing" : `It cannot ${visibly(words.join(" "))}`;
  throw new WrongUseError(`${shown}. Choose push, check or stage, as in image push --stage staging.`);
}

/** What a tag may be. @see OCI Distribution Specification, "Pulling manifests" */
const tagPattern = /^\w[\w.-]{0,127}$/;

function wantedOf(deed: (typeof deeds)[number], { tag, digest, from, stage: of, ...flags }: ImageFlags): ImageName {
  if (deed !== "push" && (flags.build !== undefined || flags.image !== undefined)) {
    throw new WrongUseError(`--build and --image go with push, not with ${deed}.`);
  }
  if (from !== undefined && (deed !== "stage" || of !== "production")) {
    throw new WrongUseError("--from goes with image stage --stage production.");
  }
  if (tag !== undefined && !tagPattern.test(tag)) {
    throw new WrongUseError(
      `--tag cannot be "${visibly(tag)}". Give up to 128 letters, digits, "_", "." and "-", such as 2.4.0.`,
    );
  }
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new WrongUseError(`--digest cannot be "${visibly(digest)}". Give sha256: and 64 hexadecimal digits.`);
  }
  if (deed === "push" && digest !== undefined)
    throw new WrongUseError("--digest goes with check and stage, not with push.");
  if (tag !== undefined && digest !== undefined) throw new WrongUseError("Give --tag or --digest, not both.");
  if (tag !== undefined) return { tag };
  if (digest !== undefined) return { digest };
  throw new WrongUseError(deed === "push" ? "--tag is missing, such as --tag 2.4.0." : "Give --tag or --digest.");
}

function sourceOf({ build, image: given }: ImageFlags) {
  if (build !== undefined && given === undefined) return { folder: build };
  if (build === undefined && given !== undefined) return { image: given };
  throw new WrongUseError("Give --build with a folder, or --image with an image that is on this machine.");
}

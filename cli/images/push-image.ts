import { taskPlatform } from "../../components/api/names.ts";
import type { ImageName, Registry } from "../../infra/aws/registry.ts";
import { type CommandOutcome, RefusedError } from "../outcome.ts";
import { readLastUpdate } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import type { ContainerProgram } from "./container-program.ts";
import { describeImage, type JudgedImage, judgeImage, platformProblem } from "./judge-image.ts";

/** What the image commands work with besides the world. */
export interface ImagePorts {
  /** @throws {Error} where there is no program */
  readonly openProgram: () => ContainerProgram;
  readonly openRegistry: (url: string, region: string) => Registry;
}

/** What is pushed: a folder with a Dockerfile, or an image that is on this machine. */
export type ImageSource = { readonly folder: string } | { readonly image: string };

/** Opens a stage's registry by what its last update left behind. */
export async function registryOf(
  world: RolloutWorld,
  { openRegistry }: ImagePorts,
): Promise<{ readonly registry: Registry } & Awaited<ReturnType<typeof readLastUpdate>>> {
  const last = await readLastUpdate(world);
  const { imageRepositoryUrl, region } = last.addresses;
  if (imageRepositoryUrl === undefined) {
    throw new Error(
      `The outputs of the stack lack imageRepositoryUrl: it was last updated by another version of this program. Run npx pulumi up --stack ${world.stage} with the config that is deployed, which writes it.`,
    );
  }
  return { ...last, registry: openRegistry(imageRepositoryUrl, region) };
}

/**
 * Builds an image or takes one of this machine, pushes it to a stage's registry under a tag, and judges what the registry then
 * has. Production's registry gets nothing in this way: what runs there ran in staging.
 *
 * @throws {RefusedError} naming every reason why not
 */
export async function pushImage(
  world: RolloutWorld,
  ports: ImagePorts,
  source: ImageSource,
  tag: string,
): Promise<CommandOutcome> {
  const what = `Pushing ${tag}`;
  const { stage } = world;
  if (stage === "production") {
    throw new RefusedError(what, [
      `Production runs what ran in staging. Push it there, by npm run rollout -- image push --stage staging --build <folder> --tag ${tag}, take it through staging's steps, and then run npm run rollout -- image stage --stage production --tag ${tag}.`,
    ]);
  }
  const { registry } = await registryOf(world, ports);
  const program = ports.openProgram();
  const known = await registry.find({ tag });
  if (known !== undefined) {
    throw new RefusedError(what, [
      `The registry has had the tag ${tag} since ${known.pushedAt}, as ${known.digest}, and a tag never moves to another image. Push under another tag. If that image is meant, run npm run rollout -- image check --stage ${stage} --tag ${tag}.`,
    ]);
  }
  const name = `${registry.host}/${registry.repositoryName}:${tag}`;
  if ("folder" in source) {
    world.say(`Building ${source.folder} for ${taskPlatform.image}`);
    await program.build(source.folder, taskPlatform.image, name);
  } else await program.tag(source.image, name);
  const platform = await program.platformOf(name);
  if (platform !== taskPlatform.image) throw new RefusedError(what, [platformProblem(platform)]);
  world.say(`Pushing ${name}`);
  await program.push(name, await registry.logIn());
  const pushed = await registry.find({ tag });
  if (pushed === undefined) {
    throw new Error(
      `The push ended well, and the registry has no image ${tag}. Somebody may have deleted it: run the command again.`,
    );
  }
  return await outcomeOf(world, registry, { tag, digest: pushed.digest });
}

/**
 * Judges an image that is in a stage's registry already.
 *
 * @throws {RefusedError} naming every reason why it must not run
 */
export async function checkImage(world: RolloutWorld, ports: ImagePorts, wanted: ImageName): Promise<CommandOutcome> {
  const { registry } = await registryOf(world, ports);
  const { digest, tags } = await foundImage(registry, wanted, world.stage);
  return await outcomeOf(world, registry, { digest, tag: "tag" in wanted ? wanted.tag : (tags[0] ?? null) });
}

/** @throws {RefusedError} where the registry has no such image */
export async function foundImage(registry: Registry, wanted: ImageName, stage: string) {
  const known = await registry.find(wanted);
  if (known !== undefined) return known;
  const shown = "tag" in wanted ? `with the tag ${wanted.tag}` : wanted.digest;
  throw new RefusedError(`The image ${"tag" in wanted ? wanted.tag : wanted.digest}`, [
    `The registry of ${stage}, ${registry.repositoryName}, has no image ${shown}. ${
      stage === "staging"
        ? "Push it: npm run rollout -- image push --stage staging --build <folder> --tag <tag>."
        : `Stage it: npm run rollout -- image stage --stage ${stage} --tag <tag>.`
    }`,
  ]);
}

async function outcomeOf(
  world: RolloutWorld,
  registry: Registry,
  { tag, digest }: { readonly tag: string | null; readonly digest: string },
): Promise<CommandOutcome> {
  const { stage } = world;
  const { acceptedFindings: accepted } = world.stackFile.readConfig();
  const judged = await judgeImage({ world, registry, accepted }, digest);
  refuseImage(judged, tag);
  const next = `npm run rollout -- image stage --stage ${stage} ${tag === null ? `--digest ${digest}` : `--tag ${tag}`}`;
  return {
    exitCode: 0,
    text: [
      `${registry.repositoryName} has ${tag ?? "it"} as ${digest}.`,
      ...describeImage(judged),
      `To make it the candidate: ${next}`,
    ].join("\n"),
    json: { outcome: "done", tag, ...reportOf(judged), next },
  };
}

/** @throws {RefusedError} where an image must not run, or nobody knows yet: then with exit code 3 */
export function refuseImage(judged: JudgedImage, tag: string | null): void {
  const { problems, pending } = judged;
  const all = [...problems, ...(pending === undefined ? [] : [pending])];
  if (all.length === 0) return;
  throw new RefusedError(`The image ${[tag ?? [], judged.digest].flat().join(", ")}`, all, {
    exitCode: problems.length === 0 ? 3 : 1,
    report: reportOf(judged),
  });
}

/** What a script gets to know of an image. */
export function reportOf({ digest, platforms, scan }: JudgedImage) {
  return { digest, platforms, scan };
}

import type { ImageName } from "../../infra/aws/registry.ts";
import { parseKeyPath } from "../../infra/config/config-keys.ts";
import { isImageLabel } from "../../infra/config/schema/primitives.ts";
import type { Colour } from "../../rollout/colour.ts";
import { stagingProblems } from "../../rollout/ran-in-staging.ts";
import { decideEdit, refusalsOf } from "../moves/decide.ts";
import { standingProblems } from "../moves/stage-from-history.ts";
import { type CommandOutcome, RefusedError } from "../outcome.ts";
import { readStanding, type Standing } from "../snapshot.ts";
import { setSettings } from "../stack-file/set-settings.ts";
import type { RolloutWorld } from "../world.ts";
import { describeImage, judgeImage, lookAtImage } from "./judge-image.ts";
import { foundImage, type ImagePorts, refuseImage, registryOf, reportOf } from "./push-image.ts";

/** Which image is wanted, and from where. */
export interface StageRequest {
  readonly wanted: ImageName;
  /** Staging's world, for production: what runs there ran in staging. */
  readonly staging?: RolloutWorld;
}

/**
 * Writes an image into a stage's file as the candidate's, or as live's where no colour has had one yet. Production takes it
 * from staging's registry: its digest must have run there, and stays the same. It is judged before, by the program's own
 * rules too, and deploys nothing.
 *
 * @throws {RefusedError} naming every reason why not
 * @throws {ConfigError} where the file would not be accepted with it
 */
export async function stageImage(
  world: RolloutWorld,
  ports: ImagePorts,
  { wanted, staging }: StageRequest,
): Promise<CommandOutcome> {
  const { stage, stackFile } = world;
  const own = await registryOf(world, ports);
  const standing = await readStanding(world);
  const source = staging === undefined ? own : await registryOf(staging, ports);
  const image = await foundImage(source.registry, wanted, staging?.stage ?? stage);
  const tag = "tag" in wanted ? wanted.tag : (image.tags[0] ?? null);
  const name = `Staging ${[tag ?? [], image.digest].flat().join(", ")}`;
  const colour = colourFor(standing);
  const label = tag !== null && isImageLabel(tag) ? tag : null;
  const { acceptedFindings: accepted } = standing.config;
  const inSource = await lookAtImage({ world, registry: source.registry, accepted }, image.digest);
  const clash = tag === null || staging === undefined ? undefined : await own.registry.find({ tag });
  const problems = [
    ...standingProblems(standing),
    ...refusalsOf(decideEdit(withImage(standing, colour, image.digest, label), {}, undefined), stage),
    ...(staging === undefined ? [] : stagingProblems(source.record, image.digest)),
    ...(tag === null
      ? ["The image has no tag, so the registry deletes it after two weeks. Push it again with a tag."]
      : []),
    ...(clash === undefined || clash.digest === image.digest
      ? []
      : [
          `The registry of ${stage} has the tag ${tag} already, as ${clash.digest}, and a tag never moves to another image. Push the image in staging under another tag, and stage that.`,
        ]),
    ...inSource.problems,
  ];
  if (problems.length > 0) throw new RefusedError(name, problems, { report: reportOf(inSource) });

  if (staging !== undefined && (await own.registry.find({ digest: image.digest })) === undefined) {
    const nameIn = ({ registry }: typeof own) => `${registry.host}/${registry.repositoryName}`;
    world.say(`Copying ${tag} from staging's registry`);
    const logins = await Promise.all([source.registry.logIn(), own.registry.logIn()]);
    await ports.openProgram().copy(`${nameIn(source)}@${image.digest}`, `${nameIn(own)}:${tag}`, logins);
    const copied = tag === null ? undefined : await own.registry.find({ tag });
    if (copied?.digest !== image.digest) {
      throw new Error(
        `The copy in the registry of ${stage} is ${copied?.digest ?? "not there"}, and ${image.digest} was copied. Nothing was written into ${stackFile.name}. Docker keeps the digest with buildx 0.12 or later, and Podman with Skopeo.`,
      );
    }
  }
  const judged = await judgeImage({ world, registry: own.registry, accepted }, image.digest);
  refuseImage(judged, tag);

  const value = label === null ? image.digest : `${label}@${image.digest}`;
  const text = await stackFile.read();
  const setting = { path: parseKeyPath(`images.${colour}`), value };
  const edited = setSettings(stage, { name: stackFile.name, text }, [setting], stackFile.readStaging());
  if (edited.text !== text) await stackFile.write(edited.text);
  const isFirst = colour === standing.record.liveColour;
  return {
    exitCode: 0,
    text: [
      edited.text === text
        ? `${stackFile.name} says so already: ${colour} is ${value}.`
        : `${stackFile.name} has it as ${isFirst ? `the first release of ${colour}, which is live` : `the candidate ${colour}`}:`,
      ...(edited.text === text ? [] : [`  images.${colour}: ${value}`]),
      ...describeImage(judged),
      `Look at it by git diff ${stackFile.name}, then preview: npx pulumi preview --stack ${stage}`,
      `To deploy it${isFirst ? "" : " at weight 0"}: npm run rollout -- apply --stage ${stage}.`,
    ].join("\n"),
    json: {
      outcome: edited.text === text ? "nothing to do" : "done",
      tag,
      colour,
      ...reportOf(judged),
      next: `npm run rollout -- apply --stage ${stage}`,
    },
  };
}

/** Before the first release nobody is served, so the first image is live's. */
function colourFor({ record, config, candidate }: Standing): Colour {
  const hasNone = record.images[record.liveColour] === null && (config.images[record.liveColour] ?? null) === null;
  return hasNone ? record.liveColour : candidate;
}

function withImage(standing: Standing, colour: Colour, digest: string, label: string | null): Standing {
  const { config } = standing;
  const { [colour]: _, ...labels } = config.imageLabels ?? {};
  return {
    ...standing,
    config: {
      ...config,
      images: { ...config.images, [colour]: digest },
      imageLabels: label === null ? labels : { ...labels, [colour]: label },
    },
  };
}

import type { StageAws } from "../infra/aws/stage-aws.ts";
import { colours } from "../rollout/colour.ts";
import type { RolloutRecord } from "../rollout/record.ts";

/** Tags by image digest. */
export type TagsByImage = ReadonlyMap<string, string>;

/** No image has a tag that anybody knows. */
export const noTags: TagsByImage = new Map();

/**
 * Tags for images that nobody gave a label, so that people know them by a word. AWS is asked only where there are such.
 *
 * @returns none where the registry cannot be asked: a digest alone is an answer too
 */
export async function tagsOf(
  { readImages }: Pick<StageAws, "readImages">,
  unlabelled: readonly string[],
): Promise<TagsByImage> {
  if (unlabelled.length === 0) return noTags;
  try {
    const images = await readImages();
    return new Map(
      unlabelled.flatMap((digest) => {
        const tags = images.get(digest) ?? [];
        // It says nothing of the image, and moves.
        const tag = tags.find((one) => one !== "latest");
        return tag === undefined ? [] : [[digest, tag] as const];
      }),
    );
  } catch {
    return noTags;
  }
}

/** The images of both colours that have no label. */
export function unlabelledImages({ images, labels }: Pick<RolloutRecord, "images" | "labels">): readonly string[] {
  return colours.flatMap((colour) => ((labels?.[colour] ?? null) === null ? (images[colour] ?? []) : []));
}

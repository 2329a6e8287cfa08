import type { RegistryImages } from "../../infra/aws/images.ts";
import { openRegistry } from "../../infra/aws/registry.ts";
import type { StageAddresses } from "../../infra/stack-outputs.ts";
import { colours } from "../../rollout/colour.ts";
import { type AcceptedFinding, judgeFindings } from "../../rollout/image-findings.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { fail, notChecked, pass } from "../found.ts";
import type { RolloutWorld } from "../world.ts";
import { check, type Finding } from "./finding.ts";

/** What the checks of images work with. */
export interface ImagesAtHand {
  readonly world: Pick<RolloutWorld, "stage" | "now">;
  readonly record: Pick<RolloutRecord, "images">;
  readonly addresses: Pick<StageAddresses, "imageRepositoryUrl" | "region">;
  readonly readImages: () => Promise<RegistryImages>;
  /** Undefined where the stack file has problems. */
  readonly accepted: readonly AcceptedFinding[] | undefined;
}

/** The names of what is checked of images. */
export const imageChecks = ["images in the registry", "scan of the images"] as const;

/** Checks that the registry has what both colours run, and what its scan says of it today. */
export async function checkImages(at: ImagesAtHand): Promise<readonly Finding[]> {
  const [inRegistry, scanned] = imageChecks;
  const { stage } = at.world;
  const running = [...new Set(colours.flatMap((colour) => at.record.images[colour] ?? []))];
  const kept = at.readImages();
  // Each check tells a failure of its own.
  kept.catch(() => {});
  return await Promise.all([
    check(inRegistry, async () => {
      const has = await kept;
      const missing = colours.flatMap((colour) => {
        const image = at.record.images[colour];
        return image === null || has.has(image) ? [] : [`${colour} runs ${image}`];
      });
      return missing.length === 0
        ? pass("the registry has what both colours run")
        : fail(
            `the registry lacks an image: ${missing.join(", ")}`,
            `A new task could not start. Push that version again and roll it out: npm run rollout -- image push --stage staging --build <folder> --tag <tag>.`,
          );
    }),
    check(scanned, async () => {
      const { accepted, addresses, world } = at;
      if (accepted === undefined) return notChecked("the stack file has problems");
      const has = await kept;
      const digests = running.filter((digest) => has.has(digest));
      if (digests.length === 0) return notChecked("the registry has none of the images that run");
      const registry = openRegistry(addresses.imageRepositoryUrl ?? "", addresses.region);
      const scans = await Promise.all(
        digests.map(async (digest) => ({ digest, ...(await registry.readScan(digest)) })),
      );
      const open = scans.flatMap(({ digest, state, findings }) =>
        state === "done"
          ? judgeFindings(findings, accepted, world.now()).open.map(({ name }) => ({ digest, name }))
          : [],
      );
      const [first] = open;
      if (first !== undefined) {
        return fail(
          `critical: ${[...new Set(open.map(({ name }) => name))].join(", ")}`,
          `npm run rollout -- image check --stage ${stage} --digest ${first.digest} says what to do.`,
        );
      }
      const [unknown] = scans.filter(({ state }) => state !== "done");
      return unknown === undefined
        ? pass("nothing critical in what runs, but what is accepted")
        : notChecked(
            `of ${unknown.digest} the registry says: ${unknown.said}`,
            `Run npm run rollout -- image check --stage ${stage} --digest ${unknown.digest}, which asks for a scan.`,
          );
    }),
  ]);
}

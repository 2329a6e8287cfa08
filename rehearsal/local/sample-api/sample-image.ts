import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type SampleRelease, sampleReleases } from "./releases.ts";

/** The files that make the sample API what it is. */
const sources = ["api-process.ts", "api-settings.ts", "couples.ts", "events.ts", "releases.ts"] as const;

/**
 * The digest that stands for a release's image: the real SHA-256 of the sample API's source and the version, so that config
 * is given a digest that changes when, and only when, what would run changes.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function sampleImageDigest(release: SampleRelease): string {
  const hash = createHash("sha256");
  for (const name of sources) {
    const content = readFileSync(new URL(`./${name}`, import.meta.url));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return `sha256:${hash.update(`release\0${release}`).digest("hex")}`;
}

/**
 * The release behind a planned container image.
 *
 * @param image a digest, or a repository and a digest, `...@sha256:...`
 * @throws {Error} when no release has that digest
 */
export function releaseOfImage(image: string): SampleRelease {
  const digest = image.slice(image.lastIndexOf("@") + 1);
  const release = sampleReleases.find((candidate) => sampleImageDigest(candidate) === digest);
  if (release === undefined) throw new Error(`The plan runs image ${image}, which is no release of the sample API.`);
  return release;
}

import { DescribeImagesCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { plainLine } from "../../rollout/plain-text.ts";
import { explained } from "./client.ts";

/** The images of a repository: their tags by digest. One without tags is there with none. */
export type RegistryImages = ReadonlyMap<string, readonly string[]>;

/**
 * Reads what a repository holds. The list is read whole, by one call for each 1,000 images: a call that names
 * images ends with ImageNotFoundException where one of them is gone.
 *
 * @see Amazon ECR API Reference, DescribeImages
 */
export async function readImages(client: ECRClient, repositoryName: string): Promise<RegistryImages> {
  const found = new Map<string, readonly string[]>();
  let nextToken: string | undefined;
  do {
    const answer = await explained(`the images of ${repositoryName} could not be read`, () =>
      client.send(new DescribeImagesCommand({ repositoryName, maxResults: 1000, nextToken })),
    );
    for (const { imageDigest, imageTags = [] } of answer.imageDetails ?? []) {
      if (imageDigest !== undefined) found.set(imageDigest, imageTags.map(plainLine));
    }
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** A repository's name in its URL: `<account>.dkr.ecr.<region>.amazonaws.com/<name>`. */
export function repositoryNameOf(url: string): string {
  return url.slice(url.indexOf("/") + 1);
}

import { ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { repositoryNameOf } from "../../../infra/aws/images.ts";
import type { StageAddresses } from "../../../infra/stack-outputs.ts";
import type { MotoServer } from "../../../rehearsal/moto/moto.ts";
import { clientSettings } from "./client-settings.ts";

/** Pushes an image into a stage's registry, as a build would: moto takes the digest that it is told. */
export async function pushImage(
  moto: Pick<MotoServer, "endpoint">,
  { imageRepositoryUrl = "" }: Pick<StageAddresses, "imageRepositoryUrl">,
  imageDigest: string,
  imageTag: string,
): Promise<void> {
  const registry = new ECRClient(clientSettings(moto));
  // moto takes two images of one manifest for the same.
  const imageManifest = JSON.stringify({ schemaVersion: 2, annotations: { tag: imageTag } });
  const imageManifestMediaType = "application/vnd.oci.image.manifest.v1+json";
  await registry.send(
    new PutImageCommand({
      repositoryName: repositoryNameOf(imageRepositoryUrl),
      imageManifest,
      imageManifestMediaType,
      imageDigest,
      imageTag,
    }),
  );
}

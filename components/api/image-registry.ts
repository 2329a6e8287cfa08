import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy.js";
import { Repository } from "@pulumi/aws/ecr/repository.js";
import * as pulumi from "@pulumi/pulumi";
import { child, onlyOne, type Tags } from "../scope.ts";

/** Arguments of {@link ImageRegistry}. */
export interface ImageRegistryArgs {
  readonly tags: Tags;
  /**
   * Whether `pulumi destroy` may delete the registry together with its images. Otherwise the registry is protected,
   * because nothing else holds the images that a rollback needs.
   */
  readonly destroyable: boolean;
}

/**
 * The container registry of a stage: immutable tags, a scan of every push, old images expired.
 *
 * Push release images only, each with a tag. The lifecycle counts tagged images and cannot know which one runs. Images are
 * encrypted with the key that ECR owns (AES-256), because they hold code and no personal data. If a key of our own were
 * lost, no task could start. Sources: FSBP ECR.1 (scanning), ECR.2 (immutable tags), ECR.3 (lifecycle policy); ECR user
 * guide "Lifecycle policy properties".
 */
export class ImageRegistry extends pulumi.ComponentResource {
  /** URL to push to and to pull from, without tag or digest. */
  public readonly repositoryUrl: pulumi.Output<string>;
  /** ARN, for roles that pull. */
  public readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: ImageRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ImageRegistry", name, {}, opts);
    const api = child({ name, parent: this, tags: args.tags }, "api");
    const repository = new Repository(
      api.logicalName,
      {
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "AES256" }],
        forceDelete: args.destroyable,
        tags: api.tags,
      },
      { ...api.opts, protect: !args.destroyable },
    );
    new LifecyclePolicy(
      api.logicalName,
      { repository: repository.name, policy: JSON.stringify(lifecycle) },
      { ...api.opts, ...onlyOne },
    );
    this.repositoryUrl = repository.repositoryUrl;
    this.repositoryArn = repository.arn;
    this.registerOutputs({ repositoryUrl: this.repositoryUrl, repositoryArn: this.repositoryArn });
  }
}

/** Days that an image without a tag is kept. A build leaves one when it replaces an index or an attestation. */
const untaggedImageDays = 14;

/** Newest tagged images that are kept. With one push for each release this is about a year of weekly releases. */
const taggedImageCount = 50;

const lifecycle = {
  rules: [
    {
      rulePriority: 1,
      description: `Expire untagged images after ${untaggedImageDays} days`,
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: untaggedImageDays,
      },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: `Keep the newest ${taggedImageCount} tagged images`,
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["*"],
        countType: "imageCountMoreThan",
        countNumber: taggedImageCount,
      },
      action: { type: "expire" },
    },
  ],
};

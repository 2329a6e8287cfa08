import { describe, expect, it } from "vitest";
import { ImageRegistry } from "../../../components/api/image-registry.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const repositoryType = "aws:ecr/repository:Repository";

function planRegistry(destroyable: boolean) {
  return planProgram(() => {
    const registry = new ImageRegistry(testName, { tags: testTags, destroyable });
    return { repositoryUrl: registry.repositoryUrl, repositoryArn: registry.repositoryArn };
  });
}

describe("ImageRegistry", () => {
  it("keeps tags where they are, scans every push and encrypts", async () => {
    const { only } = await planRegistry(false);
    expect(only(repositoryType).inputs).toMatchObject({
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      tags: { ...testTags, Name: "portal-production-api" },
    });
  });

  it("expires untagged images after 14 days and all but the newest 50 tagged ones", async () => {
    const { only } = await planRegistry(false);
    const { rules } = JSON.parse(String(only("aws:ecr/lifecyclePolicy:LifecyclePolicy").inputs["policy"]));
    expect(rules.map((rule: { selection: unknown; action: unknown }) => [rule.selection, rule.action])).toEqual([
      [
        { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
        { type: "expire" },
      ],
      [
        { tagStatus: "tagged", tagPatternList: ["*"], countType: "imageCountMoreThan", countNumber: 50 },
        { type: "expire" },
      ],
    ]);
  });

  it.each([
    { destroyable: true, forceDelete: true, protect: false },
    { destroyable: false, forceDelete: false, protect: true },
  ])("deletes images only where destroyable is $destroyable", async ({ destroyable, forceDelete, protect }) => {
    const { only } = await planRegistry(destroyable);
    const repository = only(repositoryType);
    expect([repository.inputs["forceDelete"], repository.protect]).toEqual([forceDelete, protect]);
  });

  it("names the repository in its outputs", async () => {
    const { outputs } = await planRegistry(false);
    expect(outputs["repositoryUrl"]).toMatch(
      /^123456789012\.dkr\.ecr\.ap-southeast-2\.amazonaws\.com\/portal-production-api-/,
    );
    expect(outputs["repositoryArn"]).toMatch(/:repository\/portal-production-api-/);
  });
});

import { ECRClient } from "@aws-sdk/client-ecr";
import { describe, expect, it } from "vitest";
import { tagsOf } from "../../../cli/release-names.ts";
import { readImages, repositoryNameOf } from "../../../infra/aws/images.ts";
import { type AnsweredBody, answerBodies } from "../../support/aws/answer-bodies.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { digest } from "../../support/rollout.ts";

/** A registry that answers with bodies as AWS documents them (Amazon ECR API Reference, "DescribeImages"). */
function registry(...answers: readonly AnsweredBody[]) {
  const { requestHandler, requests } = answerBodies(...answers);
  const settings = clientSettings({ endpoint: "http://127.0.0.1:9" });
  return { client: new ECRClient({ ...settings, requestHandler: requestHandler as never }), requests };
}

const image = (letter: string, ...imageTags: readonly string[]) => ({
  registryId: "123456789012",
  repositoryName: "portal-staging",
  imageDigest: digest(letter),
  ...(imageTags.length === 0 ? {} : { imageTags }),
});

describe("the images of a registry", () => {
  const pages = [
    { body: { imageDetails: [image("a", "latest", "2.3.0")], nextToken: "more" } },
    { body: { imageDetails: [image("b"), image("c", "2.4.0\u001b[2J"), image("d", "latest")] } },
  ];

  it("are read page by page, with their tags as plain text and those that have none", async () => {
    const { client, requests } = registry(...pages);
    expect([...(await readImages(client, "portal-staging"))]).toEqual([
      [digest("a"), ["latest", "2.3.0"]],
      [digest("b"), []],
      [digest("c"), ["2.4.0"]],
      [digest("d"), ["latest"]],
    ]);
    expect(requests).toEqual([
      { repositoryName: "portal-staging", maxResults: 1000 },
      { repositoryName: "portal-staging", maxResults: 1000, nextToken: "more" },
    ]);
  });

  it("are called by a tag that says something", async () => {
    const aws = { readImages: () => readImages(registry(...pages).client, "portal-staging") };
    const wanted = ["a", "b", "c", "d", "e"].map(digest);
    expect([...(await tagsOf(aws, wanted))]).toEqual([
      [digest("a"), "2.3.0"],
      [digest("c"), "2.4.0"],
    ]);
    const nobody = { readImages: () => Promise.reject(new Error("nobody may ask")) };
    expect([...(await tagsOf(nobody, []))]).toEqual([]);
    expect([...(await tagsOf(nobody, wanted))]).toEqual([]);
  });

  it("are an error where the repository is gone, with what was asked and what to do", async () => {
    const gone = { __type: "RepositoryNotFoundException", message: "The repository does not exist" };
    await expect(readImages(registry({ status: 400, body: gone }).client, "portal-staging")).rejects.toThrow(
      /^AWS: the images of portal-staging could not be read: The repository does not exist \(RepositoryNotFoundException\)\. What the last update left behind/,
    );
  });

  it("are in the repository that the stack's output names", () => {
    expect(repositoryNameOf("123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/team/portal")).toBe("team/portal");
  });
});

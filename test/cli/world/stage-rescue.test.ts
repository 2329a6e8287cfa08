import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openStageRescue } from "../../../cli/world/stage-rescue.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  // The stack file says which region, and not the shell.
  vi.stubEnv("AWS_REGION", "us-east-1");
  return () => vi.unstubAllEnvs();
});

/** A server in AWS's place that has no parameters, and what it was asked. */
async function emptyAccount() {
  const asked: { readonly scope: string | undefined; readonly body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const scope = /Credential=test\/\d+\/([^,]+)/.exec(request.headers.authorization ?? "")?.[1];
    asked.push({ scope, body: JSON.parse(await text(request)) });
    response.setHeader("content-type", "application/x-amz-json-1.1").end('{"Parameters":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  return asked;
}

/** A project folder with nothing but a stack file. */
function folderWith(stackFile: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "Pulumi.production.yaml"), stackFile);
  return folder;
}

describe("openStageRescue", () => {
  it("asks the region of the stack file for the stage's parameters, whatever else is wrong in the file", async () => {
    const asked = await emptyAccount();
    const folder = folderWith(
      [
        "config:",
        "  celebrant-portal:candidateWeight: seven",
        "  celebrant-portal:liveColour: red",
        "<<<<<<< HEAD",
        "  celebrant-portal:aws:",
        "    region: eu-west-1",
        "    unheardOf: 1",
        "",
      ].join("\n"),
    );
    const rescue = await openStageRescue(folder, "production");
    await expect(rescue.find()).rejects.toThrow(
      "there is no parameter /celebrant-portal/production/rollout/address in this account and region",
    );
    expect(asked).toEqual([
      { scope: "eu-west-1/ssm/aws4_request", body: { Path: "/celebrant-portal/production/rollout" } },
    ]);
  });

  it("asks nothing where no region is named, and says what to write", async () => {
    const asked = await emptyAccount();
    await expect(openStageRescue(folderWith("config: {}\n"), "production")).rejects.toThrow(
      "Pulumi.production.yaml names no region: write celebrant-portal:aws with a region such as ap-southeast-2.",
    );
    expect(asked).toEqual([]);
  });

  it("names the file that is not there", async () => {
    await expect(openStageRescue(temporaryFolder(), "staging")).rejects.toThrow(/ENOENT.*Pulumi\.staging\.yaml/);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openStageRescue, stageRegion, stageTimeZone } from "../../cli/rescue.ts";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { fixtureFolder, projectFolder } from "../support/stack-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

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
      'Pulumi.production.yaml names no AWS region. Write one under celebrant-portal:aws, such as "region: ap-southeast-2".',
    );
    expect(asked).toEqual([]);
  });

  it("names the file that is not there", async () => {
    await expect(openStageRescue(temporaryFolder(), "staging")).rejects.toThrow(/ENOENT.*Pulumi\.staging\.yaml/);
  });
});

const key = "celebrant-portal:aws";
const file = (...lines: string[]) => ["config:", ...lines, ""].join("\n");

describe.each(stages)("the project's stack file of %s", (stage) => {
  it("names its region", () => {
    const text = readFileSync(join(projectFolder, `Pulumi.${stage}.yaml`), "utf8");
    const { values } = readStackFile(projectFolder, stage);
    expect(stageRegion(text)).toBe(JSON.parse(values[key] ?? "").region);
  });
});

describe.each(stages)("the tests' stack file of %s", (stage) => {
  const text = readFileSync(join(fixtureFolder, `Pulumi.${stage}.yaml`), "utf8");
  const weight = "  celebrant-portal:candidateWeight: 0";

  it("names its region", () => {
    expect(stageRegion(text)).toBe("ap-southeast-2");
  });

  it.each([
    ["a merge that nobody finished", `<<<<<<< HEAD\n${weight}\n=======\n${weight}\n>>>>>>> next`],
    ["a key that stands there twice", `${weight}\n${weight}`],
    ["a tab", `\t${weight}`],
    ["a list that is not closed", `${weight}\n  a: [`],
    ["a quote that is not closed", `${weight}\n  a: "b`],
    ["a line at another indent", ` ${weight}`],
    ["a line without a colon", "  celebrant"],
    ["half of the file", ""],
  ])("names it in spite of %s", (_what, mistake) => {
    expect(text).toContain(weight);
    expect(stageRegion(text.replace(weight, mistake))).toBe("ap-southeast-2");
    expect(stageRegion(text.replace(weight, mistake).replaceAll("\n", "\r\n"))).toBe("ap-southeast-2");
  });
});

describe("stageRegion", () => {
  it.each([
    ["a block", [`  ${key}:`, "    region: eu-west-1 # why"]],
    ["quotes", [`  "${key}":`, "    region: 'eu-west-1'"]],
    ["one line", [`  ${key}: { availabilityZones: [], region: eu-west-1 }`]],
    ["another spelling", ["  aws: { region: eu-west-1 }"]],
    ["a longer spelling", ["  celebrant-portal:config:aws:", "    region: eu-west-1"]],
    [
      "two blocks of which one is a mistake",
      [`  ${key}:`, "    region: eu-west-1", `  ${key}:`, "    region: eu-west-1"],
    ],
    [
      "other regions around it",
      ["  mail:region: us-east-1", `  ${key}:`, "    region: eu-west-1", "  x:region: us-east-2"],
    ],
    [
      "a mistake and another region before it",
      ["  mail:region: us-east-1", "  : [", `  ${key}:`, "    region: eu-west-1"],
    ],
  ])("finds it in %s", (_what, lines) => {
    expect(stageRegion(file(...lines))).toBe("eu-west-1");
  });

  it.each([
    ["an empty file", ""],
    ["no block", file("  celebrant-portal:candidateWeight: 0")],
    [
      "a block without one, before another block",
      file(`  ${key}:`, "    zones: []", "  x:mail:", "    region: eu-west-1"),
    ],
    ["a block without one", file(`  ${key}:`, "    availabilityZones: []")],
    ["an empty one", file(`  ${key}:`, '    region: ""')],
    ["another block's", file("  celebrant-portal:mail:", "    region: us-east-1")],
    ["no YAML", "<<<"],
  ])("finds none in %s", (_what, text) => {
    expect(stageRegion(text)).toBeUndefined();
  });
});

describe("stageTimeZone", () => {
  const file = (...lines: readonly string[]) => ["config:", ...lines.map((line) => `  ${line}`)].join("\n");

  it.each([
    ["the stage's key", file("celebrant-portal:timeZone: Asia/Kolkata # of people"), "Asia/Kolkata"],
    ["a quoted one", file(`"celebrant-portal:timeZone": 'America/New_York'`), "America/New_York"],
    ["no key", file("celebrant-portal:liveColour: blue"), "Australia/Melbourne"],
    ["a zone that does not exist", file("celebrant-portal:timeZone: Mars/Base"), "Australia/Melbourne"],
    [
      "the key and not a freeze window's",
      file(
        "celebrant-portal:rollout:",
        "  weeklyFreezeWindows:",
        "    - timeZone: Asia/Tokyo",
        "celebrant-portal:timeZone: UTC",
      ),
      "UTC",
    ],
  ])("reads %s, also from a file with a mistake elsewhere", (_what, text, zone) => {
    expect(stageTimeZone(text)).toBe(zone);
    expect(stageTimeZone(`<<<<<<< HEAD\n${text}`)).toBe(zone);
  });
});

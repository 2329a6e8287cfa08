import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";
import { prepareCfnLint } from "../../../rehearsal/validate/template/lint-template.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { projectCopy } from "../../support/project-copy.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const project = projectCopy();

/** Runs `npm run validate --` as a person does. */
function validate(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const script = join(project(), "rehearsal", "validate", "main.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  return { status, stdout, stderr };
}

describe("npm run validate", () => {
  it("without Python judges nothing, says so, and names the fix", () => {
    const { status, stdout, stderr } = validate([], { PATH: temporaryFolder() });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^Nothing was judged: .*\(no python3 on the path\)\. Install Python 3\.10 or newer/);
  });
});

describeWithMoto("npm run validate with AWS's models", () => {
  beforeAll(async () => {
    mkdirSync(join(project(), ".cache"), { recursive: true });
    for (const environment of [await prepareMotoEnvironment(), await prepareCfnLint()]) {
      if ("missing" in environment) throw new Error(environment.missing);
      const installed = dirname(dirname(environment.python));
      symlinkSync(installed, join(project(), ".cache", basename(installed)));
    }
  });

  it("accepts what is planned, and says what was judged", () => {
    const { status, stdout, stderr } = validate(["--stage", "staging"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(
      /^staging: (\d+) of \1 AWS resources of \d+ types as \d+ API calls, at weights 0, 5, 25, 50, 100 %\.\nstaging: moto takes \d+ of the \d+ calls that create them and change the weight\. It does not have [\w ,]+\.\nstaging: cfn-lint judges \d+ of the \1 resources as a template, and what their documents hold\. Explained findings: \d+\.\nAWS's models, moto and cfn-lint refuse nothing \(botocore [\d.]+\)\.\n$/,
    );
  });

  it("names an apostrophe that WAF refuses", () => {
    const source = join(project(), "components", "edge", "web-acl.ts");
    const code = readFileSync(source, "utf8");
    const planted = code.replace("Guards the load balancer of the API", "Guards the API's load balancer");
    expect(planted).not.toBe(code);
    writeFileSync(source, planted);
    const { status, stdout } = validate(["--stage", "staging"]);
    expect(status).toBe(1);
    expect(stdout.split("\n")[0]).toBe(
      String.raw`staging aws:wafv2/webAcl:WebAcl portal-staging-web-acl: description (CreateWebACL Description) must match ^[\w+=:#@/\-,\.][\w+=:#@/\-,\.\s]+[\w+=:#@/\-,\.]$. It is "Guards the API's load balancer". https://docs.aws.amazon.com/goto/WebAPI/wafv2-2019-07-29/CreateWebACL`,
    );
    // cfn-lint sees it too.
    expect(stdout.split("\n")[1]).toMatch(
      /^staging aws:wafv2\/webAcl:WebAcl portal-staging-web-acl: Description: .* \(cfn-lint E3031, in CloudFormation's words\)$/,
    );
    expect(stdout).toMatch(/\nProblems: 2 \(botocore [\d.]+\)\.\n$/);
  });
});

import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { prepareCheckov } from "../../../rehearsal/audit/checkov.ts";
import { explained } from "../../../rehearsal/audit/explained.ts";
import { prepareAuditTools } from "../../../rehearsal/audit/role-policies.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { projectCopy } from "../../support/project-copy.ts";
import { projectFolder } from "../../support/stack-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const project = projectCopy();

/** Runs `npm run audit --` as a person does. */
function audit(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const script = join(project(), "rehearsal", "audit", "main.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  return { status, lines: stdout.split("\n"), stderr };
}

/** Writes something else into a file of the copy. */
function plant(path: string, was: string, is: string): void {
  const file = join(project(), path);
  const text = readFileSync(file, "utf8");
  const planted = text.replace(was, is);
  expect(planted, path).not.toBe(text);
  writeFileSync(file, planted);
}

beforeAll(() => {
  for (const part of [".github", "package-lock.json", "test/mutation/package-lock.json"]) {
    cpSync(join(projectFolder, part), join(project(), part), { recursive: true });
  }
});

describe("npm run audit", () => {
  it("without Python ends with 2, and says what is missing and what nobody looked at", () => {
    const { status, lines } = audit(["--stage", "staging"], { PATH: temporaryFolder() });
    expect(status).toBe(2);
    expect(lines).toContain("Plans, by Checkov: could not run (no python3 on the path).");
    expect(lines).toContain("Policies of roles, by cloudsplaining: could not run (no python3 on the path).");
    expect(lines).toContain(
      "Advisories of package-lock.json and test/mutation/package-lock.json, by npm audit: not checked, because there is no npm on the path.",
    );
    expect(lines.at(-2)).toMatch(/^The audit is not complete\. Install Python 3\.10 or newer/);
  });
});

describeWithMoto("npm run audit with its judges", () => {
  beforeAll(async () => {
    for (const environment of [await prepareCheckov(), await prepareAuditTools()]) {
      if ("missing" in environment) throw new Error(environment.missing);
    }
    const cache = join(projectFolder, ".cache");
    mkdirSync(join(project(), ".cache"), { recursive: true });
    for (const name of readdirSync(cache).filter((one) => /^(checkov|audit-tools|actionlint)-[^.]+/.test(one))) {
      symlinkSync(join(cache, name), join(project(), ".cache", name));
    }
  });

  it("names what is planted: a wildcard, a weak resource, a script injection, a licence", () => {
    plant("components/rollback/start-rules.ts", '"states:StartExecution"', '"states:*", "s3:*"');
    plant("components/api/image-registry.ts", "scanOnPush: true", "scanOnPush: false");
    plant(".github/workflows/pull-request.yml", "run: npm run lint", `run: npm run lint ${"$"}{{ github.head_ref }}`);
    plant("package-lock.json", '"license": "ISC"', '"license": "GPL-3.0-only"');
    const { status, lines } = audit(["--stage", "production"]);
    expect(status).toBe(1);
    const found = (text: string) => lines.filter((line) => line.includes(text)).map((line) => line.split(". ")[0]);
    expect(found("cloudsplaining service-wildcard")).toEqual([
      "- production aws:iam/rolePolicy:RolePolicy portal-production-rollback-start: cloudsplaining service-wildcard: The policy allows every action of a service: s3, states",
    ]);
    expect(found("CKV_AWS_163")).toEqual([
      "- production aws:ecr/repository:Repository portal-production-api: checkov CKV_AWS_163: Ensure ECR image scanning on push is enabled",
    ]);
    expect(found("zizmor template-injection")).toEqual([
      expect.stringMatching(/^- \.github\/workflows\/pull-request\.yml:\d+: zizmor template-injection: /),
    ]);
    expect(found("licence GPL-3.0-only")).toHaveLength(1);
    expect(lines.at(-2)).toMatch(/^Findings: \d+\.$/);
  });

  it("knows each check that an explanation or docs/security.md names", async () => {
    const environment = await prepareCheckov();
    if ("missing" in environment) throw new Error(environment.missing);
    const checks = globSync("lib/python*/site-packages/checkov/terraform/checks/**/*.{py,json,yaml}", {
      cwd: join(dirname(environment.python), ".."),
    }).map((path) => readFileSync(join(dirname(environment.python), "..", path), "utf8"));
    const known = new Set(checks.flatMap((text) => text.match(/CKV2?_AWS_\d+/g) ?? []));
    expect(known.size).toBeGreaterThan(300);
    const documented = readFileSync(join(projectFolder, "docs", "security.md"), "utf8").match(/CKV2?_AWS_\d+/g) ?? [];
    const named = [...documented, ...explained.filter(({ judge }) => judge === "checkov").map(({ id }) => id)];
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { StepReport } from "../../../rehearsal/audit/finding.ts";
import { judgeLicences, readAdvisories } from "../../../rehearsal/audit/packages.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function findingsOf(report: StepReport): readonly string[] {
  if (!("findings" in report)) throw new Error("The step did not look.");
  return report.findings.map(({ id, subject }) => `${subject}: ${id}`);
}

describe("judgeLicences", () => {
  /** What is found in a lock file with one package of this licence. */
  function findingsFor(license: string | undefined): readonly string[] {
    const folder = temporaryFolder();
    const packages = {
      "": { license: "UNLICENSED" },
      "node_modules/a/node_modules/@b/c": { version: "1.0.0", ...(license === undefined ? {} : { license }) },
    };
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
    return findingsOf(judgeLicences(folder, [""]));
  }

  it.each(["MIT", "Apache-2.0", "(MIT OR GPL-3.0-only)", "BSD-3-Clause AND Apache-2.0"])("allows %s", (license) => {
    expect(findingsFor(license)).toEqual([]);
  });

  it.each(["GPL-3.0-only", "MIT AND GPL-3.0-only", "SEE LICENSE IN LICENSE", "UNLICENSED", "MIT-ish"])(
    "objects to %s",
    (license) => {
      expect(findingsFor(license)).toEqual([`@b/c: ${license}`]);
    },
  );

  it("objects to a package without one", () => {
    expect(findingsFor(undefined)).toEqual(["@b/c: none"]);
  });
});

describe("readAdvisories", () => {
  const title = "Advisories";

  it("finds each advisory at the package that it is about", () => {
    // As npm 10 prints it.
    const printed = JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: {
        minimist: {
          name: "minimist",
          severity: "critical",
          isDirect: false,
          via: [
            {
              source: 1097678,
              name: "minimist",
              dependency: "minimist",
              title: "Prototype Pollution in minimist",
              url: "https://github.com/advisories/GHSA-xvch-5gv4-984h",
              severity: "critical",
              range: "<0.2.4",
            },
          ],
          effects: ["mkdirp"],
          range: "<0.2.4",
          nodes: ["node_modules/minimist"],
          fixAvailable: true,
        },
        mkdirp: {
          name: "mkdirp",
          severity: "critical",
          isDirect: true,
          via: ["minimist"],
          effects: [],
          range: "0.4.1 - 0.5.1",
          nodes: ["node_modules/mkdirp"],
          fixAvailable: true,
        },
      },
      metadata: { vulnerabilities: { critical: 2, total: 2 } },
    });
    expect(findingsOf(readAdvisories(title, [printed]))).toEqual(["minimist: GHSA-xvch-5gv4-984h"]);
  });

  it("finds nothing where there is none", () => {
    expect(findingsOf(readAdvisories(title, [JSON.stringify({ auditReportVersion: 2, vulnerabilities: {} })]))).toEqual(
      [],
    );
  });

  it.each([
    [
      JSON.stringify({
        message: "405 Method Not Allowed - POST https://registry.example/-/npm/v1/bulk",
        statusCode: 405,
      }),
      "the registry gives no advisories (405 Method Not Allowed - POST the registry)",
    ],
    [
      JSON.stringify({
        message: "request to https://registry.example/-/npm failed, reason: getaddrinfo ENOTFOUND registry.example",
      }),
      "the registry gives no advisories (request to the registry failed, reason: getaddrinfo ENOTFOUND)",
    ],
    ["", "the registry gives no advisories (npm says nothing)"],
  ])("says that nobody looked where the registry does not answer", (printed, unchecked) => {
    expect(readAdvisories(title, [printed])).toEqual({ title, unchecked });
    const silent = JSON.stringify({ auditReportVersion: 2, vulnerabilities: {} });
    expect(readAdvisories(title, [silent, printed])).toEqual({ title, unchecked });
  });
});

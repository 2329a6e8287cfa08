import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkSuites } from "../../../cli/verify/checks/suites.ts";
import { readJunit } from "../../../cli/verify/junit.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { portalSubject } from "./portal-server.ts";

/** As pytest 8 writes it with --junit-xml. */
const ofPytest = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="1" skipped="1" tests="3" time="0.021"><testcase classname="test_couples" name="test_create" time="0.001" /><testcase classname="test_couples" name="test_names[&lt;Ana &amp; Mika&gt;]" time="0.001"><failure message="assert 1 == 2">def test_names(): ...</failure></testcase><testcase classname="test_couples" name="test_later" time="0.000"><skipped type="pytest.skip" message="later">test_couples.py:9: later</skipped></testcase></testsuite></testsuites>`;

/** As Playwright's reporter writes it: a suite for each file, and no errors. */
const ofPlaywright = `<testsuites tests="2" failures="0"><testsuite name="login.spec.ts" tests="1"><testcase name="logs in" classname="login.spec.ts"></testcase></testsuite><testsuite name="pay.spec.ts" tests="1"><testcase name="pays" classname="pay.spec.ts"><error>timeout</error></testcase></testsuite></testsuites>`;

describe("a JUnit file", () => {
  it("is counted test by test, whichever tool wrote it", () => {
    expect(readJunit(ofPytest)).toEqual({
      tests: 3,
      skipped: 1,
      failed: ["test_couples › test_names[<Ana & Mika>]"],
    });
    expect(readJunit(ofPlaywright)).toEqual({ tests: 2, skipped: 0, failed: ["pay.spec.ts › pays"] });
    expect(readJunit('<testsuite name="one"><testcase name="alone"/></testsuite>')).toMatchObject({ tests: 1 });
    expect(readJunit("<testsuites/>")).toEqual({ tests: 0, skipped: 0, failed: [] });
  });

  it.each([
    ["no XML", "Ran 3 tests", /^it is no XML: /],
    ["XML that was cut off", ofPytest.slice(0, 300), /^it is no XML: /],
    ["another XML", "<coverage/>", /^it has no testsuite$/],
  ])("is refused where it is %s", (_, text, problem) => {
    expect(() => readJunit(text)).toThrow(problem);
  });
});

describe("a suite of the portal", () => {
  const passing = `<testsuite><testcase name="a"/></testsuite>`;

  /** Runs a suite that is a program of Node. @param program its source; `write(text)` writes the JUnit file */
  async function run(program: string, over: Readonly<Record<string, unknown>> = {}, folder = temporaryFolder()) {
    const write = "const write = (text) => require('fs').writeFileSync(process.env.VERIFY_JUNIT_FILE, text);";
    const command = [process.execPath, "-e", `${write} ${program}`];
    const suites = [{ name: "portal", command, junitFile: "junit.xml", ...over }];
    const [finding] = await checkSuites(await portalSubject({}, { verify: { suites } }), folder);
    return finding;
  }

  it("passes where it ends with 0 and no test failed, and is told where the API is", async () => {
    const told = `write('<testsuite><testcase name="' + process.env.VERIFY_BASE_URL + '"/></testsuite>')`;
    expect(await run(told)).toMatchObject({
      result: "pass",
      found: "1 of 1 tests ran, and none failed",
      guide: ["T1"],
    });
    const failing = `${told.replace("/></testsuite>", "><failure/></testcase></testsuite>")}; process.exit(1)`;
    expect((await run(failing))?.found).toMatch(/1 failed: https:\/\/127\.0\.0\.1:\d+$/);
  });

  it.each([
    [
      "a test fails, though it ends with 0",
      `write(${JSON.stringify(ofPytest)})`,
      /2 of 3 tests ran, and 1 failed: test_couples › test_names/,
    ],
    [
      "it ends with 1, though no test failed",
      `write('${passing}'); process.exit(1)`,
      /none failed, but it ended with 1$/,
    ],
    ["no test ran", "write('<testsuite/>')", /^0 of 0 tests ran, so it shows nothing$/],
    [
      "it writes no file",
      "console.error('no such option')",
      /ended with 0, and junit\.xml cannot be read: .* It said: no such option$/,
    ],
    ["its file is no XML", "write('ok')", /cannot be read: it is no XML/],
  ])("fails where %s", async (_, program, found) => {
    expect(await run(program)).toMatchObject({ result: "fail", found: expect.stringMatching(found) });
  });

  it("is not judged by the file of an earlier run", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "junit.xml"), passing);
    expect(await run("", {}, folder)).toMatchObject({ result: "fail", found: expect.stringMatching(/cannot be read/) });
  });

  it("is not checked where its program is not installed, which is no pass", async () => {
    expect(await run("", { command: ["no-such-pytest"] })).toMatchObject({
      result: "not checked",
      found: "there is no no-such-pytest to run in .",
    });
  });

  it("is not applicable without one in config", async () => {
    const [finding] = await checkSuites(await portalSubject(), temporaryFolder());
    expect(finding).toMatchObject({ result: "not applicable", found: "config has no verify.suites" });
  });
});

import { describe, expect, it } from "vitest";
import type { CheckResult, VerifyFinding } from "../../../cli/verify/finding.ts";
import { runChecks, verdictOf } from "../../../cli/verify/run-checks.ts";
import { portalSubject, type ServedPortal } from "./portal-server.ts";

/** Runs every check. @returns the verdict, and what each check found by its name */
async function findings(...given: Parameters<typeof portalSubject>) {
  const sections = await runChecks(await portalSubject(...given));
  const all = sections.flatMap((section) => section.findings);
  const of = (what: string) => all.find((finding) => finding.what === what);
  return { verdict: verdictOf(sections), all, of };
}

/** The names of the checks that did not end in one of these ways. */
function otherThan(all: readonly VerifyFinding[], ...results: readonly CheckResult[]) {
  return all.filter(({ result }) => !results.includes(result)).map(({ what, found }) => `${what}: ${found}`);
}

describe("the checks of a deployed release", () => {
  it("all pass on a healthy one, with TLS, and leave nothing behind", async () => {
    const { all, verdict } = await findings();
    expect(otherThan(all, "pass")).toEqual([]);
    expect(verdict).toBe("pass");
    expect(all.map(({ what }) => what)).toEqual([
      "health",
      "readiness",
      "certificate",
      "old TLS is refused",
      "http leads to https",
      "allowed origins",
      "other origins are refused",
      "security headers",
      "protected paths",
      "log-in",
      "a wrong password is refused",
      "malformed input is refused",
      "oversized input is refused",
      "couple",
      "invoice",
      "ceremony",
      "mail",
      "payment",
      "WebSocket",
      "upload and download",
      "the log-in is limited",
    ]);
  });

  const faults: readonly (readonly [what: string, served: ServedPortal, found: RegExp])[] = [
    ["health", { failingHealth: true }, /^\/health answers 503$/],
    ["readiness", { faults: ["not ready"] }, /^\/ready answers 503 \{"ready":false\}$/],
    ["certificate", { certificateDays: 5 }, /valid for 5 days more/],
    ["old TLS is refused", { oldTls: true }, /^the host speaks TLSv1\.1$/],
    ["http leads to https", { http: "answers" }, /^http is answered with 200$/],
    ["http leads to https", { http: "leads elsewhere" }, /^301, to https:\/\/elsewhere\.example/],
    [
      "allowed origins",
      { faults: ["allows no origin"] },
      /^https:\/\/staging\.celebrant-portal\.com: OPTIONS .* allows no origin$/,
    ],
    ["other origins are refused", { faults: ["allows every origin"] }, /^https:\/\/not-allowed\.example may call/],
    ["security headers", { faults: ["sends no headers"] }, /^x-content-type-options is missing$/],
    [
      "protected paths",
      { faults: ["open paths"] },
      /^\/api\/v1\/couples answers 200 \[\] without a log-in; .* wrong token/,
    ],
    ["log-in", { faults: ["no log-in"] }, /^\/api\/v1\/auth\/login answers 500/],
    ["log-in", { faults: ["token without rights"] }, /^\/api\/v1\/couples answers 403 .* to whoever is logged in$/],
    ["a wrong password is refused", { faults: ["any password"] }, /^\/api\/v1\/auth\/login answers 200/],
    ["malformed input is refused", { faults: ["fails on malformed input"] }, /answers 500/],
    ["oversized input is refused", { faults: ["fails on oversized input"] }, /answers 500/],
    ["couple", { faults: ["loses fields"] }, /names is "", and "verify-[\w-]+" was sent/],
    ["invoice", { faults: ["loses changes"] }, /after the change: amountCents is 12500, and 13000 was sent/],
    ["ceremony", { faults: ["keeps what is deleted"] }, /was deleted, and GET answers 200/],
    ["mail", { faults: ["sends no mail"] }, /^\/api\/v1\/notifications answers 503/],
    ["payment", { faults: ["refuses payments"] }, /^\/api\/v1\/payments answers 402/],
    ["WebSocket", { faults: ["silent WebSocket"] }, /closed with 1011 before it answered/],
    ["upload and download", { faults: ["changes uploads"] }, /answers 65535 other bytes than the 65536/],
    ["upload and download", { faults: ["keeps uploads"] }, /^DELETE .* answers 500 .*, so the file is left$/],
    ["the log-in is limited", { faults: ["no log-in limit"] }, /^21 attempts were let through$/],
  ];

  it.each(faults)("%s fails where %o", async (what, served, found) => {
    const { of, verdict } = await findings(served);
    expect(of(what)).toMatchObject({
      result: "fail",
      found: expect.stringMatching(found),
      fix: expect.stringMatching(/\.$/),
    });
    expect(verdict).toBe("fail");
  });

  it("fail where the certificate is not trusted, each with the reason", async () => {
    const { of, verdict } = await findings({ trusted: false });
    expect(of("certificate")).toMatchObject({
      result: "fail",
      found: expect.stringMatching(/self-signed certificate/),
    });
    expect(verdict).toBe("fail");
  });

  it("are not checked without an account, which is no pass", async () => {
    const { all, verdict } = await findings({}, { environment: {}, verify: { input: undefined, checkList: [] } });
    expect(otherThan(all, "pass", "fail", "not applicable")).toEqual([
      "log-in: VERIFY_USER and VERIFY_PASSWORD are not set",
      "a wrong password is refused: VERIFY_USER and VERIFY_PASSWORD are not set",
      "the log-in is limited: VERIFY_USER and VERIFY_PASSWORD are not set",
    ]);
    expect(verdict).toBe("fail");
  });

  it("are not applicable where config asks for nothing of them, and say which key", async () => {
    const nothing = Object.fromEntries(
      ["readinessPath", "logIn", "input", "webSocket", "upload", "mail", "payment"].map((key) => [key, undefined]),
    );
    const { all, verdict } = await findings({}, { verify: { ...nothing, checkList: [], protectedPaths: [] } });
    const found = all.filter(({ result }) => result === "not applicable").map((one) => one.found);
    expect(new Set(found)).toEqual(
      new Set(
        [
          "readinessPath",
          "protectedPaths",
          "logIn",
          "input",
          "checkList",
          "mail",
          "payment",
          "webSocket",
          "upload",
        ].map((key) => `config has no verify.${key}`),
      ),
    );
    expect(otherThan(all, "pass", "not applicable")).toEqual([]);
    expect(verdict).toBe("pass");
  });
});

describe("a verdict", () => {
  const section = (...results: readonly CheckResult[]) => [
    { title: "t", findings: results.map((result) => ({ what: result, guide: ["T1"], result, found: "" })) },
  ];

  it.each([
    ["pass", ["pass", "not applicable"]],
    ["fail", ["pass", "not checked", "fail"]],
    ["incomplete", ["pass", "not checked"]],
    ["incomplete", ["not applicable"]],
    ["incomplete", []],
  ] as const)("is %s of %j", (verdict, results) => {
    expect(verdictOf(section(...results))).toBe(verdict);
  });
});

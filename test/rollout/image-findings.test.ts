import { expect, it } from "vitest";
import { type AcceptedFinding, judgeFindings } from "../../rollout/image-findings.ts";

const now = new Date("2026-11-26T00:00:00Z");
const accepted: AcceptedFinding = {
  finding: "CVE-1",
  reason: "nobody calls this code",
  until: "2026-11-27T00:00:00+11:00",
};
const critical = { name: "CVE-1", severity: "CRITICAL", package: "openssl 3.0.1" };

it("keeps an image out for a critical finding, and counts the others", () => {
  const found = [critical, { name: "CVE-2", severity: "HIGH" }, { name: "CVE-3", severity: "HIGH" }];
  const judged = judgeFindings(found, [], now);
  expect(judged).toEqual({ open: [critical], accepted: [], counts: { CRITICAL: 1, HIGH: 2 } });
  expect(Object.keys(judgeFindings(found.toReversed(), [], now).counts)).toEqual(["CRITICAL", "HIGH"]);
});

it("tells of a finding in several packages once, and of one in none that the scan names", () => {
  const unnamed = { name: "CVE-9", severity: "CRITICAL" };
  const found = [critical, { ...critical, package: "libssl 3.0.1" }, unnamed, critical];
  expect(judgeFindings(found, [], now).open).toEqual([
    { ...critical, package: "openssl 3.0.1, libssl 3.0.1" },
    unnamed,
  ]);
});

it("accepts a finding by its whole name until the moment that is written, and not from it on", () => {
  expect(judgeFindings([critical], [accepted], now)).toMatchObject({
    open: [],
    accepted: [{ name: "CVE-1", reason: "nobody calls this code" }],
  });
  expect(judgeFindings([critical], [accepted], new Date(accepted.until)).open).toEqual([
    { ...critical, acceptedUntil: accepted.until },
  ]);
  expect(judgeFindings([{ ...critical, name: "CVE-10" }], [accepted], now).open).toHaveLength(1);
});

it("takes the acceptance that still stands where there are two", () => {
  const over = { ...accepted, until: "2026-11-01T00:00:00Z" };
  for (const both of [
    [over, accepted],
    [accepted, over],
  ]) {
    expect(judgeFindings([critical], both, now).open).toEqual([]);
  }
});

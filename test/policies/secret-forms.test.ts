import { beforeAll, describe, expect, it } from "vitest";
import { containersOf, textsOf } from "../../policies/facts.ts";
import { secretForm } from "../../policies/secret-forms.ts";
import { withoutSecrets } from "../../rehearsal/plan/hide-secrets.ts";
import type { PlannedResource } from "../../rehearsal/plan/planned-resource.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { bothImages } from "../support/rollout.ts";

const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Numbers below one that are the same in every run (mulberry32), so that no measured share changes by chance. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomNumbers(20_260_302);
const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
const characters = (alphabet: string, count: number) =>
  Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");

/** Written in two halves, so that no scanner of this repository takes a test for a leak. */
const tokens: readonly (readonly [form: string, token: string])[] = [
  ["a private key", "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEow"],
  ["a private key", "-----BEGIN OPENSSH PRIVATE" + " KEY-----"],
  ["an AWS access key", "AKIA" + "IOSFODNN7EXAMPLE"],
  ["an AWS access key", "id=ASIA" + "Y34FZKBOKMUTVV7A;"],
  ["a key of Amazon Bedrock", `ABSK${"Qm3".repeat(40)}`],
  ["a Stripe key", "sk_" + "live_51H8abcdefghijklmnopqrst"],
  ["a Stripe key", "rk_" + "test_51H8abcdefghij"],
  ["a Stripe webhook secret", "whsec" + "_abcdefghijklmnopqrstuvwx"],
  ["a GitHub token", `ghp${`_${"a1B2c3".repeat(6)}`}`],
  ["a GitHub token", `github${`_pat_${"a1_B2".repeat(17).slice(0, 82)}`}`],
  ["a GitLab token", "glpat" + "-abcdefghij0123456789"],
  ["a Slack token", "xoxb" + "-1234567890-1234567890-abcdef"],
  ["a Slack webhook", `https://hooks.slack.com/services/${"T0B1".repeat(11)}`],
  ["a JSON Web Token", `ey${"Jhbg".repeat(5)}.ey${"Jzdw".repeat(5)}.${"sig0".repeat(5)}`],
  ["a SendGrid key", `SG.${"aB3".repeat(22)}`],
  ["a Google key", `AIza${"Sy_a1".repeat(7)}`],
  ["a Twilio key", `SK${"0a".repeat(16)}`],
  ["a Mailgun key", `key-${"0a".repeat(16)}`],
  ["an npm token", `npm_${"a1B".repeat(12)}`],
  ["a URL with a password", "postgresql://user:pass@host/name"],
  ["a URL with a password", "redis://:pass@host"],
  ["a URL with a password", "psql postgresql+asyncpg://u:p@h"],
];

describe("secretForm", () => {
  it.each(tokens)("sees %s", (form, token) => {
    expect(secretForm(token)).toBe(form);
    expect(secretForm(`{"setting": "${token}"}`)).toBe(form);
  });

  it.each([
    "",
    "true",
    "postgresql://user@host:5432/name",
    "postgresql://user:$PASSWORD@host/name",
    "https://example.com:443/a@b",
    "plain text: a@b",
    "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:portal-production-secret-key-d86d410-AbC1dE",
    "app/portal-production-public-f83d40b/f83d40b5b0f87d0e",
    `sha256:${"0123456789abcdef".repeat(4)}`,
    "0123456789abcdef0123456789abcdef01234567",
    "portal-production-cfcf2555.c57b944fbfd0.ap-southeast-2.rds.amazonaws.com",
    "subnet-62080602037903d38,vpc-96cd8595876696328",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN_50",
    "sk_live_short",
    "https://indieweb.org/images/2018-250-xoxo-indieweb-1.jpg",
    "10.30.0.0/16,173.245.48.0/20,2400:cb00::/32",
  ])("sees none in %j", (text) => expect(secretForm(text)).toBeUndefined());

  it.each([
    ["secrets.token_urlsafe(32)", () => bytes(32).toString("base64url"), 99],
    ["openssl rand -base64 32", () => bytes(32).toString("base64"), 99],
    ["openssl rand -hex 32", () => bytes(32).toString("hex"), 100],
    ["a secret access key of AWS", () => bytes(30).toString("base64"), 99],
    ["24 letters and digits", () => characters(base62, 24), 97],
    ["20 letters and digits", () => characters(base62, 20), 95],
    ["32 small letters and digits", () => characters(base62.slice(26), 32), 85],
  ])("sees at least that share of %s", (_tool, make, leastPercent) => {
    const seen = Array.from({ length: 2000 }, make).filter((secret) => secretForm(secret) !== undefined);
    expect((100 * seen.length) / 2000).toBeGreaterThanOrEqual(leastPercent);
  });
});

describe("the values that the stages plan", () => {
  const plans: (readonly PlannedResource[])[] = [];
  beforeAll(async () => {
    for (const stage of ["production", "staging"] as const) {
      const set = { "images.blue": bothImages.blue, "images.green": bothImages.green };
      const plan = await planFixture({ stage, set, previousRecord: null, now: new Date("2026-03-02T00:00:00Z") });
      plans.push(plan.resources);
    }
  });

  it("hold no secret by form in any container", () => {
    const definitions = plans.flat().filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
    const texts = definitions
      .flatMap(({ inputs }) => containersOf({ containerDefinitions: String(inputs["containerDefinitions"]) }))
      .flatMap((container) => [...(container.environment ?? []), ...textsOf(container)].map(({ value = "" }) => value));
    expect(texts.length).toBeGreaterThan(200);
    expect(texts.filter((text) => secretForm(text) !== undefined)).toEqual([]);
  });

  /**
   * What is left are ids of 32 hexadecimal digits, which a key of 128 bits is written like, and certificates, which are public.
   * Texts that are secrets are left out.
   */
  it("are taken for a secret in at most one of 50, among all texts of the plan", () => {
    const { resources } = withoutSecrets({ resources: plans.flat(), outputs: {} });
    const texts = resources.flatMap(({ inputs }) => textsIn(inputs));
    const taken = texts.filter((text) => secretForm(text) !== undefined);
    expect(texts.length).toBeGreaterThan(3000);
    expect(taken.length / texts.length).toBeLessThan(1 / 50);
    expect(taken.filter((text) => !/[0-9a-f]{32}|^-----BEGIN CERTIFICATE/.test(text))).toEqual([]);
  });
});

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

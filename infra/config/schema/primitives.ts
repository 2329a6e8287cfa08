import { z } from "zod";
import { durationPattern } from "../../../rollout/duration.ts";

/**
 * A text that matches a pattern.
 *
 * @param rule says in words what the pattern accepts. A refusal shows it, and so does an editor: both VS Code's YAML and
 * JSON services read `patternErrorMessage` from the generated JSON Schema.
 */
export const patterned = (pattern: RegExp, rule: string) =>
  z.string().regex(pattern, rule).meta({ patternErrorMessage: rule });

/** A duration such as `2h`, `90m` or `48h`. */
export const duration = patterned(
  durationPattern,
  "a duration: whole numbers with d, h, m or s, such as 2h, 90m or 48h",
);

/** An image digest. Tags move and digests do not, so a tag is never accepted. */
export const imageDigest = patterned(
  /^sha256:[0-9a-f]{64}$/,
  "an image digest, sha256: and 64 hexadecimal digits; a tag can move",
);

/** A fully qualified host name in lower case, without a trailing dot. */
export const hostName = patterned(
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  "a host name such as api.example.com",
);

/** An origin as a browser sends it: scheme and host, no path. */
export const webOrigin = patterned(
  /^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/,
  "an origin such as https://example.com, without a path",
);

const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

/** The address range of a VPC, which is cut into /20 subnets. */
export const vpcNetwork = patterned(
  new RegExp(`^${octet}\\.${octet}\\.0\\.0/16$`),
  "a /16 network such as 10.20.0.0/16: subnets are cut from it as /20 blocks",
);

/** A path of a URL. */
export const urlPath = patterned(/^\//, "a path that begins with /");

/** A mail address. */
export const mailAddress = z.email("a mail address").meta({ patternErrorMessage: "a mail address" });

const instantRule = 'a moment in quotes such as "2026-12-24T00:00:00+11:00"; without quotes YAML rewrites it';

/** A moment in time with its zone, ISO 8601. */
export const instant = z.iso.datetime({ offset: true, error: instantRule }).meta({ patternErrorMessage: instantRule });

/** A whole number from `minimum` to `maximum`, both included. */
export const wholeNumber = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

/** How long CloudWatch Logs keeps a group, in days: the API accepts these values only. */
export const logRetentionDays = z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]);

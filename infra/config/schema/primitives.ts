import { z } from "zod";
import { durationPattern } from "../../../rollout/core/duration.ts";

/** A duration such as `2h`, `90m` or `48h`. */
export const duration = z
  .string()
  .regex(durationPattern, "a duration: whole numbers with d, h, m or s, such as 2h, 90m or 48h");

/** An image digest. Tags move and digests do not, so a tag is never accepted. */
export const imageDigest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, "an image digest, sha256: and 64 hexadecimal digits; a tag can move");

/** A fully qualified host name in lower case, without a trailing dot. */
export const hostName = z
  .string()
  .max(253)
  .regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "a host name such as api.example.com");

/** An origin as a browser sends it: scheme and host, no path. */
export const webOrigin = z
  .string()
  .regex(/^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/, "an origin such as https://example.com, without a path");

/** An IPv4 network in CIDR notation. */
export const ipv4Cidr = z.cidrv4("an IPv4 network such as 10.20.0.0/16");

/** A moment in time with its zone, ISO 8601. */
export const instant = z.iso.datetime({ offset: true, error: "a moment such as 2026-12-24T00:00:00+11:00" });

/** A whole number from `minimum` to `maximum`, both included. */
export const wholeNumber = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

/** How long CloudWatch Logs keeps a group, in days: the API accepts these values only. */
export const logRetentionDays = z.union(
  [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731].map((days) => z.literal(days)),
  {
    error:
      "one of the retentions CloudWatch Logs accepts: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731",
  },
);

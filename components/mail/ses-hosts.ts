/** Regions whose Easy DKIM keys lie in a zone of their own (AWS General Reference, "Amazon SES endpoints and quotas", DKIM domains). */
const regionsWithOwnDkimZone: ReadonlySet<string> = new Set([
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
  "us-gov-east-1",
]);

/** The zone that Easy DKIM's CNAME records of a region point into. */
export function dkimZone(region: string): string {
  return regionsWithOwnDkimZone.has(region) ? `dkim.${region}.amazonses.com` : "dkim.amazonses.com";
}

/** The host that takes bounces for a custom MAIL FROM domain (AWS "Using a custom MAIL FROM domain"). */
export function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}

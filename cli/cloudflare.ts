import { z } from "zod";

/** Where Cloudflare's API is, and whose token asks. */
export interface CloudflarePorts {
  readonly cloudflareUrl: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Environment variable of the token, as the provider reads it too. */
export const tokenVariable = "CLOUDFLARE_API_TOKEN";

/** What every answer of Cloudflare's API has. @see Cloudflare API, "Responses" */
const cloudflareAnswer = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});

/**
 * Asks Cloudflare's API, by one request.
 *
 * @param body what is sent by POST; default nothing, by GET
 * @throws {Error} saying what Cloudflare answered, and which right may be missing
 */
export async function askCloudflare<Schema extends z.ZodType>(
  { cloudflareUrl, environment }: CloudflarePorts,
  path: string,
  schema: Schema,
  body?: unknown,
): Promise<z.output<Schema>> {
  const token = environment[tokenVariable] ?? "";
  const text = await askProvider(`${cloudflareUrl}${path}`, token, body);
  const { success, errors, result } = cloudflareAnswer.parse(JSON.parse(text));
  if (success) return schema.parse(result);
  const said = errors.map(({ code, message }) => `${message} (${code})`).join(", ");
  throw new Error(`Cloudflare answered: ${said}. The token may lack a right for ${path.split("?")[0]}.`);
}

const withinMilliseconds = 10_000;

/**
 * Asks a provider's API with a token.
 *
 * @returns the body. Cloudflare says in it what it refuses; others are judged by the status
 */
export async function askProvider(url: string, token: string, body?: unknown): Promise<string> {
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(withinMilliseconds),
  });
  const text = await response.text();
  if (response.ok || text.includes('"success"')) return text;
  const { host } = new URL(url);
  throw new Error(
    response.status === 401 || response.status === 403
      ? `${host} does not accept the token (${response.status}). Create another one, with the rights that the plan needs.`
      : `${host} answered ${response.status}. Run the command again; if it stays so, look at the provider's status page.`,
  );
}

/** Whether there is a token to ask with. */
export function hasToken({ environment }: Pick<CloudflarePorts, "environment">): boolean {
  return (environment[tokenVariable] ?? "") !== "";
}

/** A zone by its name. @returns undefined where the token sees none. @see Cloudflare API, "List Zones" */
export async function zoneOf(ports: CloudflarePorts, name: string) {
  const zones = await askCloudflare(
    ports,
    `/zones?name=${encodeURIComponent(name)}`,
    z.array(z.object({ id: z.string(), status: z.string() })),
  );
  return zones[0];
}

const zoneRecord = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  content: z.string().default(""),
  proxied: z.boolean().default(false),
  /** Seconds; 1 is Cloudflare's own choice, 300 s. */
  ttl: z.number().default(1),
  comment: z.string().nullish(),
});

/** A DNS record as Cloudflare has it. */
export type ZoneRecord = z.output<typeof zoneRecord>;

/** Reads the records of one name, all types. @see Cloudflare API, "List DNS Records" */
export async function readRecords(
  ports: CloudflarePorts,
  zoneId: string,
  name: string,
): Promise<readonly ZoneRecord[]> {
  const path = `/zones/${zoneId}/dns_records?name.exact=${encodeURIComponent(name)}`;
  return await askCloudflare(ports, path, z.array(zoneRecord));
}

/**
 * Deletes records and creates others, by one request in one transaction: there is no moment in which neither is there for
 * Cloudflare to publish. Cloudflare deletes first, so a name may change its type.
 *
 * @see Cloudflare API, "Batch DNS Records"
 */
export async function replaceRecords(
  ports: CloudflarePorts,
  zoneId: string,
  deleted: readonly Pick<ZoneRecord, "id">[],
  created: readonly Omit<ZoneRecord, "id">[],
): Promise<void> {
  const body = { deletes: deleted.map(({ id }) => ({ id })), posts: created };
  await askCloudflare(ports, `/zones/${zoneId}/dns_records/batch`, z.unknown(), body);
}

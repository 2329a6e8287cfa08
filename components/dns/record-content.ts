/** What Cloudflare takes for a CAA record instead of its content. */
export interface CaaData {
  readonly flags: number;
  readonly tag: string;
  readonly value: string;
}

/** A name as Cloudflare stores it: without the dot that ends a fully qualified name in a zone file. */
export function withoutTrailingDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** The longest character string of a TXT record, in bytes (RFC 1035, section 3.3). */
const longestString = 255;

/**
 * The content of a TXT record as Cloudflare stores it: quoted strings of at most 255 bytes. Cloudflare quotes and splits
 * what is given otherwise, and every later preview then shows a difference.
 *
 * @param text printable ASCII without `"` and `\`, which is all that SPF, DKIM, DMARC and ownership proofs use
 * @throws {RangeError} for any other text
 */
export function txtContent(text: string): string {
  if (!/^[\x20-\x7e]+$/.test(text) || /["\\]/.test(text)) {
    throw new RangeError(
      `TXT content ${JSON.stringify(text)} holds something other than printable ASCII without " and \\. Give the bare text: quotes are added here.`,
    );
  }
  const strings = text.match(new RegExp(`.{1,${longestString}}`, "g")) ?? [];
  return strings.map((string) => `"${string}"`).join(" ");
}

/**
 * Reads a CAA record in zone-file form.
 *
 * @example caaData('0 issue "amazon.com"') returns { flags: 0, tag: "issue", value: "amazon.com" }
 * @throws {RangeError} when the text has another form
 */
export function caaData(content: string): CaaData {
  const [, flags, tag, value] = /^(0|128) (issue|issuewild|iodef) "([^"]+)"$/.exec(content) ?? [];
  if (flags === undefined || tag === undefined || value === undefined) {
    throw new RangeError(
      `CAA content ${JSON.stringify(content)} is not flags, tag and quoted value. Write it as 0 issue "amazon.com".`,
    );
  }
  return { flags: Number(flags), tag, value };
}

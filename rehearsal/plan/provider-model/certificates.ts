import { createECDH, createHmac, createPrivateKey, hash } from "node:crypto";

/**
 * Certificates as the TLS provider makes them, and yet the same from plan to plan: a key comes from the name of its resource,
 * and so does each signature. They are real X.509 certificates that TLS accepts, and protect nothing.
 *
 * @see RFC 5280, section 4.1; RFC 5480; SEC 1, section 4.1.3
 */
export interface CertificateRequest {
  /** Parts of the subject, in the order in which they are written. */
  readonly subject: Name;
  readonly dnsNames: readonly string[];
  /** Uncompressed point on P-256. */
  readonly publicKey: Buffer;
}

type Name = readonly (readonly [kind: keyof typeof nameOids, value: string])[];

/** What an issuer adds to a request. */
export interface Issuing {
  readonly issuer: Name;
  /** The issuer's key, as {@link plannedKey} gives it. */
  readonly issuerKey: Buffer;
  readonly isAuthority: boolean;
  /** As the TLS provider names them: `client_auth`. */
  readonly uses: readonly string[];
  readonly validityHours: number;
}

/** Order of the group of P-256. @see FIPS 186-5, SP 800-186 */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toNumber = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`);
const toBytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
const inOrder = (bytes: Buffer) => toBytes((toNumber(bytes) % (order - 1n)) + 1n);

/** The private key of a resource: 32 bytes. */
export function plannedKey(name: string): Buffer {
  return inOrder(hash("sha256", `private key of ${name}`, "buffer"));
}

export function publicKeyOf(key: Buffer): Buffer {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(key);
  return curve.getPublicKey();
}

/** The key as the provider writes it (SEC 1), and its public part. */
export function keyPems(key: Buffer): { readonly privateKeyPem: string; readonly publicKeyPem: string } {
  const point = publicKeyOf(key);
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  const jwk = { kty: "EC", crv: "P-256", d: key.toString("base64url"), x, y };
  const privateKeyPem = createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "sec1", format: "pem" });
  return { privateKeyPem: String(privateKeyPem), publicKeyPem: pem("PUBLIC KEY", publicKeyInfo(point)) };
}

/** @returns PEM. It is valid from the first day of this year, so that it is the same all year. */
export function issueCertificate(request: CertificateRequest, issuing: Issuing, now = new Date()): string {
  const from = new Date(Date.UTC(now.getUTCFullYear(), 0, 1));
  const until = new Date(from.getTime() + issuing.validityHours * 3_600_000);
  const body = sequence(
    tagged(0xa0, integer(2n)),
    integer(toNumber(hash("sha256", request.publicKey, "buffer").subarray(0, 8)) | 1n),
    ecdsaWithSha256,
    nameOf(issuing.issuer),
    sequence(time(from), time(until)),
    nameOf(request.subject),
    publicKeyInfo(request.publicKey),
    tagged(0xa3, extensions(request, issuing)),
  );
  return pem("CERTIFICATE", sequence(body, ecdsaWithSha256, bits(sign(body, issuing.issuerKey))));
}

/** ECDSA with a number that comes from key and text, as RFC 6979 asks for in another way: a random one would change the plan. */
function sign(text: Buffer, key: Buffer): Buffer {
  const secret = inOrder(createHmac("sha256", key).update(text).digest());
  const r = toNumber(publicKeyOf(secret).subarray(1, 33)) % order;
  const digest = toNumber(hash("sha256", text, "buffer"));
  const s = (power(toNumber(secret), order - 2n) * (digest + r * toNumber(key))) % order;
  return sequence(integer(r), integer(s));
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % order];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % order;
    square = (square * square) % order;
  }
  return result;
}

const usageBits: Readonly<Record<string, number>> = { digital_signature: 0x80, cert_signing: 0x04, crl_signing: 0x02 };
const extendedUsages: Readonly<Record<string, string>> = {
  client_auth: "1.3.6.1.5.5.7.3.2",
  server_auth: "1.3.6.1.5.5.7.3.1",
};

/** @throws {Error} for a use that this model does not know */
function extensions({ dnsNames }: CertificateRequest, { isAuthority, uses }: Issuing): Buffer {
  const unknown = uses.find((use) => usageBits[use] === undefined && extendedUsages[use] === undefined);
  if (unknown !== undefined) throw new Error(`The provider model does not know the use ${unknown} of a certificate.`);
  const usage = uses.reduce((all, use) => all | (usageBits[use] ?? 0), 0);
  const purposes = uses.flatMap((use) => extendedUsages[use] ?? []);
  return sequence(
    extension("2.5.29.19", true, isAuthority ? sequence(tagged(0x01, Buffer.of(0xff))) : sequence()),
    extension("2.5.29.15", true, tagged(0x03, Buffer.of(0, usage))),
    ...(purposes.length === 0 ? [] : [extension("2.5.29.37", false, sequence(...purposes.map(oid)))]),
    ...(dnsNames.length === 0
      ? []
      : [extension("2.5.29.17", false, sequence(...dnsNames.map((name) => tagged(0x82, Buffer.from(name)))))]),
  );
}

function extension(id: string, isCritical: boolean, content: Buffer): Buffer {
  const critical = isCritical ? [tagged(0x01, Buffer.of(0xff))] : [];
  return sequence(oid(id), ...critical, tagged(0x04, content));
}

const nameOids = { commonName: "2.5.4.3", organization: "2.5.4.10", organizationalUnit: "2.5.4.11" } as const;

/** The parts of a subject that this model knows. @throws {Error} for another one */
export function nameFrom(subject: Readonly<Record<string, string>>): Name {
  return Object.entries(subject).map(([kind, value]) => {
    if (kind === "commonName" || kind === "organization" || kind === "organizationalUnit")
      return [kind, value] as const;
    throw new Error(`The provider model does not know ${kind} in a certificate's subject.`);
  });
}

function nameOf(name: Name): Buffer {
  return sequence(
    ...name.map(([kind, value]) => tagged(0x31, sequence(oid(nameOids[kind]), tagged(0x0c, Buffer.from(value))))),
  );
}

function publicKeyInfo(point: Buffer): Buffer {
  return sequence(sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")), bits(point));
}

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

/** Years below 2050 have two digits. */
function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/[-:T]|\.\d+/g, "");
  return moment.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...others] = text.split(".").map(Number);
  const bytes = [40 * first + second, ...others].flatMap((part) => {
    const groups = [part & 0x7f];
    for (let rest = part >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80);
    return groups;
  });
  return tagged(0x06, Buffer.from(bytes));
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return tagged(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

function bits(content: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.of(0), content]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

/** Text between the lines that name its kind, 64 characters a line. */
export function pem(kind: string, content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ""].join("\n");
}

import { X509Certificate } from "node:crypto";
import { unwrapSecrets } from "../unwrap-secrets.ts";
import {
  type CertificateRequest,
  issueCertificate,
  keyPems,
  nameFrom,
  pem,
  plannedKey,
  publicKeyOf,
} from "./certificates.ts";
import { type ResourceQuestion, type ServiceModel, stableHex } from "./model.ts";

/** Inputs of all four types, as the provider documents them. */
interface Inputs {
  readonly algorithm?: string;
  readonly ecdsaCurve?: string;
  readonly privateKeyPem?: string;
  readonly subject?: Readonly<Record<string, string>>;
  readonly dnsNames?: readonly string[];
  readonly certRequestPem?: string;
  readonly caCertPem?: string;
  readonly caPrivateKeyPem?: string;
  readonly isCaCertificate?: boolean;
  readonly allowedUses?: readonly string[];
  readonly validityPeriodHours?: number;
}

/** Keys and certificates. Keys are known again by their PEM, as the provider reads them. */
export const tlsModel: ServiceModel = {
  "tls:index/privateKey:PrivateKey": (question) => {
    const { algorithm, ecdsaCurve } = inputsOf(question);
    if (algorithm !== "ECDSA" || ecdsaCurve !== "P256") {
      throw new Error(
        `${question.name}: the provider model makes keys of ECDSA on P256 alone, not ${algorithm} ${ecdsaCurve}.`,
      );
    }
    return { id: stableHex(question, 40), state: keyPems(plannedKey(question.name)) };
  },
  "tls:index/selfSignedCert:SelfSignedCert": (question) => {
    const { privateKeyPem = "", subject = {}, dnsNames = [], ...inputs } = inputsOf(question);
    const key = keyIn(privateKeyPem);
    const issuer = nameFrom(subject);
    const request = { subject: issuer, dnsNames, publicKey: publicKeyOf(key) };
    return issued(question, request, { ...inputs, issuer, issuerKey: key });
  },
  // The request is not written as ASN.1: nothing but the model below reads it.
  "tls:index/certRequest:CertRequest": (question) => {
    const { privateKeyPem = "", subject = {}, dnsNames = [] } = inputsOf(question);
    const publicKey = publicKeyOf(keyIn(privateKeyPem)).toString("base64");
    const content = JSON.stringify({ subject: nameFrom(subject), dnsNames, publicKey });
    return { id: stableHex(question, 40), state: { certRequestPem: pem("CERTIFICATE REQUEST", Buffer.from(content)) } };
  },
  "tls:index/locallySignedCert:LocallySignedCert": (question) => {
    const { certRequestPem = "", caCertPem = "", caPrivateKeyPem = "", ...inputs } = inputsOf(question);
    const request = JSON.parse(Buffer.from(bodyOf(certRequestPem), "base64").toString()) as CertificateRequest;
    const publicKey = Buffer.from(String(request.publicKey), "base64");
    const issuer = nameFrom(subjectOf(caCertPem));
    return issued(question, { ...request, publicKey }, { ...inputs, issuer, issuerKey: keyIn(caPrivateKeyPem) });
  },
};

function inputsOf({ inputs }: ResourceQuestion): Inputs {
  return unwrapSecrets(inputs);
}

const subjectKinds: Readonly<Record<string, string>> = {
  CN: "commonName",
  O: "organization",
  OU: "organizationalUnit",
};

/** The subject of a certificate as the provider's inputs name its parts, in the certificate's order. */
function subjectOf(certPem: string): Readonly<Record<string, string>> {
  const lines = new X509Certificate(certPem).subject.split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [kind = "", ...value] = line.split("=");
      return [subjectKinds[kind] ?? kind, value.join("=")];
    }),
  );
}

type Issuer = Inputs & Pick<Parameters<typeof issueCertificate>[1], "issuer" | "issuerKey">;

function issued(question: ResourceQuestion, request: CertificateRequest, inputs: Issuer) {
  const { issuer, issuerKey, isCaCertificate = false, allowedUses = [], validityPeriodHours = 0 } = inputs;
  const certPem = issueCertificate(request, {
    issuer,
    issuerKey,
    isAuthority: isCaCertificate,
    uses: allowedUses,
    validityHours: validityPeriodHours,
  });
  const { validFromDate, validToDate } = new X509Certificate(certPem);
  return {
    id: stableHex(question, 39),
    state: {
      certPem,
      readyForRenewal: false,
      validityStartTime: validFromDate.toISOString(),
      validityEndTime: validToDate.toISOString(),
    },
  };
}

/** The key in SEC 1's form, whose second part it is: SEQUENCE { 1, OCTET STRING of 32 bytes, ... }. */
function keyIn(privateKeyPem: string): Buffer {
  return Buffer.from(bodyOf(privateKeyPem), "base64").subarray(7, 39);
}

function bodyOf(text: string): string {
  return text.replace(/-----[A-Z ]+-----/g, "").replace(/\s/g, "");
}

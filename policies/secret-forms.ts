/**
 * Sees a secret by its form, whatever the name it is given. The forms of tokens are those that gitleaks publishes in its
 * default rules (config/gitleaks.toml, MIT), shortened to what identifies them; `whsec_` is from Stripe's documentation.
 * A secret without a form is seen by how evenly its characters are spread. No function here returns a part of a value.
 */

/** What the reader is told, and how the secret begins and goes on. */
const forms: readonly (readonly [kind: string, form: RegExp])[] = [
  ["a private key", /-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----/],
  ["an AWS access key", /\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/],
  ["a key of Amazon Bedrock", /\b(?:ABSK[A-Za-z0-9+/]{109,269}={0,2}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t)/],
  ["a Stripe key", /\b(?:sk|rk)_(?:test|live|prod)_[a-zA-Z0-9]{10,99}\b/],
  ["a Stripe webhook secret", /\bwhsec_[a-zA-Z0-9+/=]{16,}/],
  ["a GitHub token", /\b(?:gh[opusr]_[0-9a-zA-Z]{36}|github_pat_\w{82})/],
  ["a GitLab token", /\bgl(?:pat|ptt|rt|dt|cbt|ft|soat|imt|agent)-[\w-]{20}/],
  ["a Slack token", /\bxox[abeprs](?:\.xox[bp])?-(?=[\w-]*\d)[\w-]{10,}|\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+/],
  ["a Slack webhook", /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{43,56}/],
  ["a JSON Web Token", /\bey[a-zA-Z0-9]{17,}\.ey[a-zA-Z0-9/\\_-]{17,}\.[a-zA-Z0-9/\\_-]{10,}/],
  ["a SendGrid key", /\bSG\.[\w=.-]{66}/],
  ["a Google key", /\bAIza[\w-]{35}/],
  ["a Twilio key", /\bSK[0-9a-fA-F]{32}\b/],
  ["a Mailgun key", /\bkey-[a-f0-9]{32}\b/],
  ["an npm token", /\bnpm_[a-z0-9]{36}\b/i],
  ["a PyPI token", /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}/],
  ["an OpenAI key", /\bsk-(?:(?:proj|svcacct|admin)-[\w-]{20,}|[a-zA-Z0-9]{20})T3BlbkFJ/],
  ["an Anthropic key", /\bsk-ant-(?:api|admin)\d\d-[\w-]{93}AA\b/],
  ["a Pulumi token", /\bpul-[a-f0-9]{40}\b/],
  ["a Cloudflare origin key", /\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b/],
  ["a DigitalOcean token", /\bdo[opr]_v1_[a-f0-9]{64}\b/],
  ["a Shopify token", /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/],
  ["a Square token", /\b(?:EAAA|sq0atp-|sq0csp-)[\w-]{22,60}\b/],
  ["a Hugging Face token", /\b(?:hf_|api_org_)[a-zA-Z]{34}\b/],
  ["a URL with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@"']*:[^/\s@"'$<{]+@/i],
];

/** What kind of secret a text holds, or undefined where it looks like none. */
export function secretForm(text: string): string | undefined {
  const known = forms.find(([, form]) => form.test(text));
  if (known !== undefined) return known[0];
  return wordsOf(text).some(isRandom) ? "random characters, as a password or key has" : undefined;
}

/** Names that AWS and its tools make up: ARNs, digests, host names of AWS, and ids such as `vpc-0a1b2c`. */
const generatedNames =
  /\barn:aws[a-z-]*:\S+|\bsha(?:256|384|512)[:-][A-Za-z0-9+/=]+|\b[\w.-]+\.amazonaws\.com\S*|\b[a-z]+-[0-9a-f]{8,17}\b/g;

/** The runs of characters that a password or a key can be made of. */
function wordsOf(text: string): readonly string[] {
  return text.replace(generatedNames, " ").match(/[A-Za-z0-9+/_=-]{20,}/g) ?? [];
}

/** Characters that a part between separators has at least where it is not a word or a short id. */
const leastPart = 16;

/**
 * Whether a run of characters is random rather than a name. Measured on what `openssl rand`, `secrets.token_urlsafe` and
 * password managers make, and on every value that the two stages plan; see secret-forms.test.ts.
 */
function isRandom(run: string): boolean {
  const parts = run.split(/[-_/+=]/).filter(({ length }) => length >= leastPart);
  return isDense(run) || parts.some((part) => isRandomHex(part) || isRandomMixture(part));
}

/** A token with separators inside, as `token_urlsafe` makes: no name changes so often between three kinds of character. */
function isDense(run: string): boolean {
  const hasAll = [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(run));
  return hasAll && run.length >= 24 && entropyOf(run) >= 4 && changesOf(run.replace(/[-_/+=]/g, "")) >= 0.45;
}

function isRandomMixture(part: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(part)).length;
  const isHex = /^[0-9a-f]+$/i.test(part);
  return !isHex && kinds >= 2 && /\d/.test(part) && entropyOf(part) >= 3.3 && changesOf(part) >= 0.28;
}

/** A key of 128 bits or more. A commit has 40 digits, and is left out. */
function isRandomHex(run: string): boolean {
  return /^[0-9a-f]{32,}$/i.test(run) && run.length !== 40 && entropyOf(run) >= 3;
}

/** Shannon entropy in bits for each character. */
function entropyOf(run: string): number {
  const counts = Map.groupBy(run, (character) => character).values();
  return [...counts].reduce((sum, { length }) => sum - (length / run.length) * Math.log2(length / run.length), 0);
}

/** How often the kind of character changes from one to the next: seldom in names, often in random text. */
function changesOf(run: string): number {
  const kinds = [...run].map((character) => (/\d/.test(character) ? 0 : /[a-z]/.test(character) ? 1 : 2));
  return kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length / (run.length - 1);
}

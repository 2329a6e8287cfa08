const secretWords = new Set([
  "APIKEY",
  "CREDENTIAL",
  "CREDENTIALS",
  "KEY",
  "PASSPHRASE",
  "PASSWD",
  "PASSWORD",
  "SECRET",
  "TOKEN",
]);

/** Last words of names that speak about a secret without being one, such as ACCESS_TOKEN_EXPIRE_MINUTES. */
const harmlessEndings = new Set(["ALGORITHM", "ARN", "DAYS", "HOURS", "LENGTH", "MINUTES", "NAME", "SECONDS"]);

/** Whether a name, such as that of an environment variable or a parameter, is one that secrets are given. */
export function isSecretName(name: string): boolean {
  const words = name.toUpperCase().split(/[^A-Z0-9]+/);
  return words.some((word) => secretWords.has(word)) && !harmlessEndings.has(words.at(-1) ?? "");
}

/** Whether a value is a URL that carries a password, such as `postgresql://user:password@host/name`. */
export function carriesPassword(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(value);
}

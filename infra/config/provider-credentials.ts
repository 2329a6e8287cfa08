/**
 * Settings by which the project's providers take a credential, as their schemas mark them secret. They belong in the
 * environment; in a stack file they must be encrypted.
 */
export const providerCredentials = [
  "aws:accessKey",
  "aws:secretKey",
  "aws:token",
  "cloudflare:apiKey",
  "cloudflare:apiToken",
  "cloudflare:apiUserServiceKey",
  "postgresql:password",
  "vercel:apiToken",
] as const;

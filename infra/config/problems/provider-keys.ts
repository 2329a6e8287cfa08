import { visibly } from "../../../rollout/plain-text.ts";
import { type KeyPath, projectName, stackFileName } from "../config-keys.ts";
import { andList } from "../schema/primitives.ts";
import type { Stage } from "../schema/stage-config.ts";
import { providerCredentials } from "../secrets.ts";
import { hiddenValue, type PlacedProblem, shownValue } from "./config-error.ts";

/*
 * Settings of providers that a stack file may hold and that nothing would read. The program creates its own providers of AWS
 * and PostgreSQL, and Pulumi gives a stack's settings to the providers only that a program does not create. Cloudflare's and
 * Vercel's are such, so their settings work.
 */

/** What the program's own providers take instead. A value is shown only under these keys. */
const ownSettings: Readonly<Record<string, string>> = {
  "aws:region": `the region is ${projectName}:aws.region`,
  "aws:allowedAccountIds": `the account is ${projectName}:aws.accountId`,
  "aws:forbiddenAccountIds": `the one account that is allowed is ${projectName}:aws.accountId`,
  "aws:profile": "set AWS_PROFILE in the environment",
  "aws:assumeRoles": "assume the role in the environment, by a profile that AWS_PROFILE names",
  "aws:defaultTags": "the components set the tags",
  "postgresql:host": "the host is the address of the instance that the program creates",
  "postgresql:port": `the port is ${projectName}:database.tunnelPort`,
  "postgresql:database": `the database is ${projectName}:database.name`,
  "postgresql:username": "the program knows the database's administrator",
};

/** How each of the program's own providers gets what it logs in with. */
const ownProviders: Readonly<Record<string, string>> = {
  aws: "AWS credentials come from the environment, such as AWS_PROFILE",
  postgresql: "the password comes from PGPASSWORD in the environment",
};

/** Settings that the default providers read (`@pulumi/cloudflare` and `@pulumiverse/vercel`, config/vars.d.ts). */
export const readSettings: Readonly<Record<string, readonly string[]>> = {
  cloudflare: ["apiKey", "apiToken", "apiUserServiceKey", "baseUrl", "email", "userAgentOperatorSuffix"],
  vercel: ["apiToken", "team"],
};

/**
 * Refuses the settings of providers that would have no effect: whoever wrote one believes that it has.
 *
 * @param isSecret whether the value under a full key must not be shown
 */
export function ignoredProviderKeys(
  values: Readonly<Record<string, string>>,
  stage: Stage,
  isSecret: (key: string) => boolean,
): readonly PlacedProblem[] {
  return Object.entries(values).flatMap(([key, text]): readonly PlacedProblem[] => {
    const words = ignoredWords(key);
    if (words === undefined) return [];
    const isShown = ownSettings[key] !== undefined && !isSecret(key);
    const path: KeyPath = [key];
    const shown = visibly(key);
    const value = isShown ? shownValue(text) : hiddenValue;
    return [{ path, problem: { key: shown, value, rule: words.rule, fix: fixOf(shown, words.instead, stage) } }];
  });
}

interface IgnoredWords {
  readonly rule: string;
  readonly instead?: string | undefined;
}

function ignoredWords(key: string): IgnoredWords | undefined {
  const [namespace = "", name = ""] = key.split(":");
  const login = Object.hasOwn(ownProviders, namespace) ? ownProviders[namespace] : undefined;
  if (login !== undefined) {
    const isCredential = providerCredentials.some((credential) => credential === key);
    const leaked = isCredential ? ". Replace the secret if the file was pushed with it in plain text" : "";
    const rule = `must not be set: the program creates its own ${namespace} provider, which ignores it${leaked}`;
    return { rule, instead: Object.hasOwn(ownSettings, key) ? ownSettings[key] : isCredential ? login : undefined };
  }
  const known = Object.hasOwn(readSettings, namespace) ? readSettings[namespace] : undefined;
  if (known === undefined || known.includes(name)) return undefined;
  return { rule: `must not be set: the ${namespace} provider ignores it. It reads ${andList(known)}` };
}

function fixOf(key: string, instead: string | undefined, stage: Stage): string {
  return `in ${stackFileName(stage)}, remove ${key}${instead === undefined ? "" : `; ${instead}`}`;
}

/** Environment variable in which the engine tells the program which config keys hold secrets, as a JSON list. */
const secretKeysVariable = "PULUMI_CONFIG_SECRET_KEYS";

/**
 * The config keys whose values the engine decrypted. The SDK reads the same variable but has no accessor for the list.
 *
 * @returns no list where the program runs without an engine, which cannot tell
 */
export function secretConfigKeys(environment: Readonly<Record<string, string | undefined>>): { secretKeys?: string[] } {
  const list = environment[secretKeysVariable];
  return list === undefined || list === "" ? {} : { secretKeys: JSON.parse(list) as string[] };
}

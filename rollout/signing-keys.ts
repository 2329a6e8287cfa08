import { addSeconds } from "./time.ts";

/**
 * The keys that the API signs log-ins and links with, by number. The stack generates each, and 1 is the first. Nobody writes
 * a key down: the config names numbers, and the values are in Secrets Manager and, encrypted, in Pulumi's state.
 */
export interface SigningKeys {
  /** The key that signs: `SECRET_KEY`. */
  readonly current: number;
  /**
   * Another key whose signatures are accepted: `SECRET_KEY_ALSO_ACCEPTED`. It is the next one before it signs, and the one
   * before until its grace ends. Null where there is none.
   */
  readonly alsoAccepted: number | null;
}

/** The keys that the config asks for. */
export interface WantedSigningKeys extends SigningKeys {
  /** Seconds that the longest-living signature is valid, such as a log-in's token. */
  readonly loginLifetimeSeconds: number;
}

/** The keys that the last update left. */
export interface RecordedSigningKeys extends SigningKeys {
  /** ISO 8601 instant of the update that made it so. */
  readonly since: string;
  /** ISO 8601 instant until which signatures of the key before are in use; null where no key is in its grace. */
  readonly acceptedUntil: string | null;
}

/** The keys of a stack that never rotated one. */
export const firstSigningKeys: SigningKeys = { current: 1, alsoAccepted: null };

/** Whether both name the same keys. Absent keys are the first ones. */
export function areSameKeys(one: SigningKeys = firstSigningKeys, other: SigningKeys = firstSigningKeys): boolean {
  return one.current === other.current && one.alsoAccepted === other.alsoAccepted;
}

/** Whether the key before is still accepted, and no longer signs. */
export function isInGrace({ current, alsoAccepted }: SigningKeys): boolean {
  return alsoAccepted !== null && alsoAccepted < current;
}

/**
 * The update of a rotation that comes next. There are three, so that no task ever meets a signature that it cannot check:
 * - `prepare`: every task accepts the next key
 * - `switch`: the next key signs, and the one before is accepted
 * - `end grace`: the one before is no longer accepted
 */
export type RotationStep = "prepare" | "switch" | "end grace";

/** The next update of a rotation, and the keys after it. */
export function nextRotationStep({ current, alsoAccepted }: SigningKeys = firstSigningKeys): {
  readonly step: RotationStep;
  readonly keys: SigningKeys;
} {
  if (alsoAccepted === null) return { step: "prepare", keys: { current, alsoAccepted: current + 1 } };
  if (alsoAccepted > current) return { step: "switch", keys: { current: alsoAccepted, alsoAccepted: current } };
  return { step: "end grace", keys: { current, alsoAccepted: null } };
}

/**
 * The keys that the record tells of after an update.
 *
 * @param at ISO 8601 instant of the update
 * @returns undefined for a stack that never rotated a key
 */
export function nextSigningKeys(
  previous: RecordedSigningKeys | undefined,
  observed: WantedSigningKeys | undefined,
  at: string,
): RecordedSigningKeys | undefined {
  if (areSameKeys(previous, observed)) return previous;
  const { current, alsoAccepted } = observed ?? firstSigningKeys;
  const lifetimeSeconds = observed?.loginLifetimeSeconds ?? 0;
  const grace = isInGrace({ current, alsoAccepted });
  return {
    current,
    alsoAccepted,
    since: at,
    acceptedUntil: grace ? addSeconds(new Date(at), lifetimeSeconds).toISOString() : null,
  };
}

/** The keys as the stack file has them: `signingKey 2 and alsoAcceptedSigningKey 1`. */
export function signingKeysText({ current, alsoAccepted }: SigningKeys): string {
  return alsoAccepted === null
    ? `signingKey ${current} without alsoAcceptedSigningKey`
    : `signingKey ${current} and alsoAcceptedSigningKey ${alsoAccepted}`;
}

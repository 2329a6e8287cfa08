import { reasonLetters } from "./reason.ts";
import type { RolloutRecord } from "./record.ts";

/** A written reason that an update used, whose entry of the history was left out since. */
export interface UsedReason {
  /** {@link fingerprintOf} its letters and digits; of its whole text where an older version left it. */
  readonly fingerprint: string;
  /** ISO 8601 instant of the update. */
  readonly at: string;
}

/**
 * When a reason was used, by the history and by what was kept of entries that were left out; undefined where it was not. The same
 * words with other signs, spaces or capital letters are the same reason.
 */
export function reasonUsedAt(record: Pick<RolloutRecord, "history" | "dropped">, reason: string): string | undefined {
  const letters = reasonLetters(reason);
  const entry = record.history.find(({ override }) => override !== undefined && reasonLetters(override) === letters);
  if (entry !== undefined || record.dropped === undefined) return entry?.at;
  // A version before took the fingerprint of the whole text.
  const fingerprints = [letters, reason].map(fingerprintOf);
  return record.dropped.usedReasons.find((used) => fingerprints.includes(used.fingerprint))?.at;
}

const [offset, prime] = [0xcbf29ce484222325n, 0x100000001b3n];

/**
 * A text in 16 hexadecimal digits, so that a reason need not be kept to be known again. Two texts with the same digits are
 * possible and improbable; the second would have to be written in other words.
 *
 * FNV-1a of 64 bits, over both bytes of each UTF-16 unit.
 *
 * @see RFC 9923, The FNV Non-Cryptographic Hash Algorithm
 */
export function fingerprintOf(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  const hash = units
    .flatMap((unit) => [unit & 0xff, unit >> 8])
    .reduce((sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * prime), offset);
  return hash.toString(16).padStart(16, "0");
}

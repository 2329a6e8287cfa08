import { colours, otherColour } from "../colour.ts";
import { type Move, moveKind, type Refusal } from "../move.ts";
import { reasonFor } from "../override.ts";
import { areSameKeys, firstSigningKeys, nextRotationStep, type SigningKeys, signingKeysText } from "../signing-keys.ts";
import { percentOf } from "../split.ts";
import { formatInstant } from "../time.ts";

/** What is recorded and what is asked for, where they differ on a stack that was deployed before. */
function changedKeys({ previous, wanted }: Move): { readonly from: SigningKeys; readonly to: SigningKeys } | undefined {
  if (previous === null || areSameKeys(previous.signingKeys, wanted.signingKeys)) return undefined;
  return { from: previous.signingKeys ?? firstSigningKeys, to: wanted.signingKeys ?? firstSigningKeys };
}

/**
 * A key is rotated in three updates. A jump would leave tasks that sign with a key which others do not know, and people
 * would be signed out at random. The way back is open: a key that does not sign yet may go, and the key before may sign again.
 */
export function rotationOrder(move: Move): Refusal | undefined {
  const keys = changedKeys(move);
  if (keys === undefined) return undefined;
  const { from, to } = keys;
  const { current, alsoAccepted } = from;
  // With a second key it can sign, whether it is the next one or the one before, or go.
  const allowed: readonly SigningKeys[] =
    alsoAccepted === null
      ? [nextRotationStep(from).keys]
      : [
          { current: alsoAccepted, alsoAccepted: current },
          { current, alsoAccepted: null },
        ];
  if (allowed.some((one) => areSameKeys(one, to))) return undefined;
  return {
    rule: "signing key",
    message: `You asked for ${signingKeysText(to)}, but ${signingKeysText(from)} is deployed. A key is rotated in three updates: all tasks accept the next key, then it signs, then the one before is no longer accepted. Put ${signingKeysText(from)} back, then run npm run rollout -- rotate --stage <stage>, which makes the next of them.`,
    allowance: null,
  };
}

/**
 * Other keys restart the tasks of both colours. With traffic on the candidate, nobody could tell a failure of the release from
 * one of the keys, and the live colour would change under it. So keys change at weight 0, in an update of their own.
 */
export function rotationOutOfTraffic(move: Move): Refusal | undefined {
  const keys = changedKeys(move);
  const { previous, wanted, realWeights } = move;
  if (keys === undefined || previous === null) return undefined;
  const candidate = otherColour(previous.liveColour);
  const realPercent = realWeights === undefined ? 0 : percentOf(realWeights, candidate);
  const weightPercent = Math.max(previous.weightPercent, realPercent);
  const asked = `You asked for ${signingKeysText(keys.to)}, but ${signingKeysText(keys.from)} is deployed`;
  if (weightPercent > 0) {
    return {
      rule: "signing key",
      message: `${asked}, and ${candidate} has ${weightPercent} % of the traffic. Other keys restart the tasks of both colours, so they change at weight 0 only. Keep ${signingKeysText(keys.from)} until after the promote or a rollback.`,
      allowance: null,
    };
  }
  const changesImage = colours.some((colour) => previous.images[colour] !== wanted.images[colour]);
  if (moveKind(move) === "stay" && !changesImage) return undefined;
  return {
    rule: "signing key",
    message: `${asked}, and the same edit changes the weight, the live colour or an image. Keys change in an update of their own. Put ${signingKeysText(keys.from)} back, and update without it first.`,
    allowance: null,
  };
}

/** The key before is accepted as long as what it signed is valid. */
export function rotationGrace(move: Move): Refusal | undefined {
  const { previous, wanted, now } = move;
  const recorded = previous?.signingKeys;
  if (recorded === undefined || recorded.acceptedUntil === null) return undefined;
  const { current, alsoAccepted } = wanted.signingKeys ?? firstSigningKeys;
  const isKept = [current, alsoAccepted].includes(recorded.alsoAccepted);
  const until = new Date(recorded.acceptedUntil);
  if (isKept || now >= until) return undefined;
  const switched = formatInstant(new Date(recorded.since), move);
  return {
    rule: "signing key",
    message: `You asked to end the grace of key ${recorded.alsoAccepted}. Whoever logged in before ${switched} would be signed out: what this key signed is valid until ${formatInstant(until, move)}. Wait until then, or, where the key has leaked, ${reasonFor("grace")}.`,
    allowance: "grace",
  };
}

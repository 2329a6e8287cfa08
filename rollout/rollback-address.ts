import { z } from "zod";
import { readJson } from "./json.ts";

const colour = z.enum(["blue", "green"]);
const colours = z.object({ blue: z.string(), green: z.string() });

const lastPromoteSchema = z.object({
  at: z.iso.datetime(),
  returnUntil: z.iso.datetime(),
  liveBefore: colour,
  imageBefore: z.string().nullable(),
  imageNow: z.string().nullable(),
});

/**
 * The last promote that has not been undone: whether it can be undone is judged by this alone, before any traffic moves.
 *
 * - `at`: when it was, ISO 8601; `returnUntil`: the end of its rollback window
 * - `liveBefore`: the colour that was live before it, and is the candidate since
 * - `imageBefore`: digest that this colour had at the promote; `imageNow`: the one that it has now, null once it is retired
 */
export type LastPromote = Readonly<z.infer<typeof lastPromoteSchema>>;

/** A key that this version does not know is left out: a newer version may add some, and a rollback must go on. */
const addressSchema = z.object({
  version: z.literal(1),
  publicRuleArn: z.string(),
  targetGroupArns: colours,
  stickiness: z.object({ enabled: z.boolean(), durationSeconds: z.int().positive() }),
  alertTopicArn: z.string(),
  liveColour: colour,
  compositeAlarmNames: colours,
  stateMachineArn: z.string(),
  // Only a return needs it. One that cannot be read must not keep anybody from rolling back.
  lastPromote: lastPromoteSchema.nullable().optional().catch(undefined),
  // Only the check needs it.
  candidateSince: z.iso.datetime().optional().catch(undefined),
});

/**
 * Everything that returning the traffic takes, in one place that one call reads: the value of an SSM parameter beside the
 * latch, as JSON. Whoever must roll back need not wait for Pulumi, or have its state backend at hand.
 *
 * - `publicRuleArn`: the rule that carries the weights; `targetGroupArns`: whose weight is whose
 * - `stickiness`: as the program plans it for the rule, to be written along with the weights
 * - `liveColour`: the colour that serves the public at weight 0
 * - `stateMachineArn`: to start the machine by hand; `compositeAlarmNames`: whose alarm is whose
 * - `alertTopicArn`: where people are told
 * - `lastPromote`: null where there is none to undo; absent where an older version of the program wrote the address, or
 *   where it cannot be read
 * - `candidateSince`: since when the candidate is the one that it is; the check counts its failures from there on
 *
 * No step changes any of it. A promote and a return do, and so does an update that changes an image after a promote.
 */
export type RollbackAddress = Readonly<z.infer<typeof addressSchema>>;

/** What the public rule is known by, and the stickiness that is written with its weights. */
export type PublicRuleAddress = Pick<RollbackAddress, "publicRuleArn" | "targetGroupArns" | "stickiness">;

/**
 * Reads the address parameter's value.
 *
 * @throws {TypeError} for an address that this version cannot read: half of one moves traffic to the wrong place. The
 *   message says how to roll back without it
 */
export function parseRollbackAddress(value: string): RollbackAddress {
  const parsed = addressSchema.safeParse(readJson(value));
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `The rollback address cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}. It was written by another version of this program, or by hand. To roll back without it, set candidateWeight to 0 and run npx pulumi up --stack <stage>, or run this command with the version that made the last update; any update writes it anew.`,
  );
}

import { z } from "zod";

const colours = z.strictObject({ blue: z.string(), green: z.string() });

const addressSchema = z.strictObject({
  version: z.literal(1),
  publicRuleArn: z.string(),
  targetGroupArns: colours,
  stickiness: z.strictObject({ enabled: z.boolean(), durationSeconds: z.int().positive() }),
  alertTopicArn: z.string(),
  liveColour: z.enum(["blue", "green"]),
  compositeAlarmNames: colours,
  stateMachineArn: z.string(),
});

/**
 * Everything that returning the traffic takes, in one place that one call reads: the value of an SSM parameter beside the
 * latch, as JSON. Whoever must roll back need not wait for Pulumi, or have its state backend at hand.
 *
 * - `publicRuleArn`: the rule that carries the weights; `targetGroupArns`: whose weight is whose
 * - `stickiness`: as the program plans it for the rule, to be written along with the weights
 * - `liveColour`: the colour that serves the public at weight 0, so that an update changes the address on promote only
 * - `stateMachineArn`: to start the machine by hand; `compositeAlarmNames`: whose alarm is whose
 * - `alertTopicArn`: where people are told
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
  const parsed = addressSchema.safeParse(parseJson(value));
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `The rollback address cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}. It was written by another version of this program, or by hand. To roll back without it, set candidateWeight to 0 and run npx pulumi up, or run this command with the version that made the last update; any update writes it anew.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { ModifyRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { colours } from "../../../rollout/colour.ts";
import type { PublicRuleAddress } from "../../../rollout/rollback-address.ts";
import type { Split } from "../../../rollout/split.ts";
import type { AwsClients } from "./aws-clients.ts";

/** Gives the public rule other weights, past Pulumi and the CLI: somebody at a console, or an update that was cut off. */
export async function setWeights(
  { balancing }: Pick<AwsClients, "balancing">,
  { publicRuleArn, targetGroupArns }: Pick<PublicRuleAddress, "publicRuleArn" | "targetGroupArns">,
  split: Split,
): Promise<void> {
  await balancing.send(
    new ModifyRuleCommand({
      RuleArn: publicRuleArn,
      Actions: [
        {
          Type: "forward",
          ForwardConfig: {
            TargetGroups: colours.map((colour) => ({ TargetGroupArn: targetGroupArns[colour], Weight: split[colour] })),
            TargetGroupStickinessConfig: { Enabled: false, DurationSeconds: 1 },
          },
        },
      ],
    }),
  );
}

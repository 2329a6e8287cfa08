import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Colour } from "../../../rollout/colour.ts";
import { colourTargetGroup } from "./colour-target-group.ts";
import type { PlannedAccount } from "./planned-account.ts";

/**
 * Lets a colour have that many healthy containers behind its target group. moto answers `healthy` for every address that
 * is registered and knows no failing check: a container that is not healthy is one that is not there.
 *
 * @param count 0 to 200
 */
export async function setHealthyTasks(account: PlannedAccount, colour: Colour, count: number): Promise<void> {
  const { balancing } = account.clients;
  const TargetGroupArn = colourTargetGroup(account, colour).arn;
  const { TargetHealthDescriptions = [] } = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  const present = TargetHealthDescriptions.flatMap(({ Target }) => Target?.Id ?? []);
  const network = colour === "blue" ? "10.0.1" : "10.0.2";
  const wanted = Array.from({ length: count }, (_, index) => `${network}.${index + 10}`);
  const arriving = wanted.filter((address) => !present.includes(address));
  const leaving = present.filter((address) => !wanted.includes(address));
  const targets = (addresses: readonly string[]) => addresses.map((Id) => ({ Id }));
  if (arriving.length > 0) {
    await balancing.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: targets(arriving) }));
  }
  if (leaving.length > 0) {
    await balancing.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: targets(leaving) }));
  }
}

import { Eip } from "@pulumi/aws/ec2/eip.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import type { PublicZone } from "./public-tier.ts";
import type { NetworkScope } from "./scope.ts";
import type { Zone } from "./zones.ts";

/** How many NAT gateways there are: `one` in the first zone for all, or `one-per-zone`. */
export type NatGatewayCount = "one" | "one-per-zone";

/** The NAT gateway that a zone's private subnet leaves through. */
export interface ZonalNatGateway {
  readonly zone: Zone;
  readonly natGateway: NatGateway;
}

/** Creates the NAT gateways and says which zone leaves through which. */
export function createNatGateways(
  scope: NetworkScope,
  publicZones: readonly PublicZone[],
  count: NatGatewayCount,
): readonly ZonalNatGateway[] {
  let shared: NatGateway | undefined;
  return publicZones.map((publicZone) => {
    const natGateway = shared ?? createNatGateway(scope, publicZone);
    if (count === "one") shared = natGateway;
    return { zone: publicZone.zone, natGateway };
  });
}

function createNatGateway(scope: NetworkScope, { zone, subnetId }: PublicZone): NatGateway {
  const { parent } = scope;
  const logicalName = `${scope.name}-nat-${zone.letter}`;
  const tags = { ...scope.tags, Name: logicalName };
  const address = new Eip(logicalName, { domain: "vpc", tags }, { parent });
  return new NatGateway(logicalName, { subnetId, allocationId: address.allocationId, tags }, { parent });
}

import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../../rollout/colour.ts";
import type { Protection, Tags } from "../scope.ts";

/** Managed prefix lists, one for each address family, that may reach the load balancer. */
export interface IngressPrefixListIds {
  readonly ipv4: pulumi.Input<string>;
  readonly ipv6: pulumi.Input<string>;
}

/**
 * What the load balancer does about certificates of those who connect: nothing, hand them on to the tasks unverified, or refuse
 * every connection without one that an authority of the trust store issued.
 */
export type ClientCertificates =
  | { readonly mode: "off" | "passthrough" }
  | { readonly mode: "verify"; readonly trustStoreArn: pulumi.Input<string> };

/** What `Traffic` needs. */
export interface TrafficArgs {
  /** The VPC of the load balancer and the targets. Changing it replaces everything here. */
  readonly vpcId: pulumi.Input<string>;
  /** IPv4 range of the VPC. The load balancer sends to no address outside it. */
  readonly vpcCidrBlock: pulumi.Input<string>;
  /** Public subnets, one in each zone, at least two (FSBP ELB.13). */
  readonly publicSubnetIds: readonly pulumi.Input<string>[];
  /** Certificate for both hosts, already validated. Changing it updates the listener in place. */
  readonly certificateArn: pulumi.Input<string>;
  /** Host of the API. Its rule carries the weights. */
  readonly publicHost: string;
  /** Host of the candidate alone, whatever its weight. */
  readonly candidateHost: string;
  /** The colour that serves the public at weight 0. */
  readonly liveColour: Colour;
  /** Per cent of public traffic for the candidate, 0 to 100. Changing it updates the public rule and nothing else. */
  readonly weightPercent: number;
  /** The schedule's weights, rising to 100. They are written on the public rule, where policies read them. */
  readonly stepWeightsPercent: readonly number[];
  /** Port of the containers. Changing it replaces the target groups. */
  readonly containerPort: number;
  /** Path that answers 200 when a container can serve. */
  readonly healthCheckPath: string;
  /** Seconds that a leaving container keeps its requests in flight: as long as it may take to stop, 0 to 3600. */
  readonly deregistrationDelaySeconds: number;
  /** Seconds that a silent connection stays open, 1 to 4000. A WebSocket that is silent for longer ends. */
  readonly idleTimeoutSeconds: number;
  /** Bucket of the access logs. */
  readonly accessLogsBucketName: pulumi.Input<string>;
  /** Policy of that bucket. The load balancer tests its access when it is created. */
  readonly accessLogsBucketPolicy: pulumi.Resource;
  /** Who may connect to ports 80 and 443. Default: everyone. */
  readonly ingressPrefixListIds?: IngressPrefixListIds;
  /**
   * Client certificates on port 443, for all hosts. Default: the listener is told nothing, and a load balancer that was told
   * something before keeps it.
   */
  readonly clientCertificates?: ClientCertificates | undefined;
  /** Whether AWS refuses to delete the load balancer (FSBP ELB.6). */
  readonly deletionProtection: boolean;
  /** Whether Pulumi refuses to delete or replace the load balancer. */
  readonly balancerProtection: Protection;
  /** The same of all target groups. */
  readonly targetsProtection: Protection;
  readonly tags: Tags;
}

/**
 * Checks what AWS would refuse only halfway through an update, or not at all.
 *
 * @throws {RangeError} naming the argument, its value and the rule
 */
export function checkTrafficArgs({ weightPercent, publicHost, candidateHost, publicSubnetIds }: TrafficArgs): void {
  if (!Number.isInteger(weightPercent) || weightPercent < 0 || weightPercent > 100) {
    throw new RangeError(
      `weightPercent is ${weightPercent}. Weights are whole per cents from 0 to 100: set 0 or a weight of the schedule.`,
    );
  }
  if (publicHost === candidateHost) {
    throw new RangeError(
      `candidateHost is ${candidateHost}, which is also the public host. The public rule would answer for both: give the candidate a host of its own.`,
    );
  }
  if (publicSubnetIds.length < 2) {
    throw new RangeError(
      `publicSubnetIds has ${publicSubnetIds.length}. A load balancer needs two zones at least: give a subnet of each.`,
    );
  }
}

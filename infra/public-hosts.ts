import type * as pulumi from "@pulumi/pulumi";
import { frontendRecord } from "../components/frontend/frontend-record.ts";
import type { PublicHost } from "./config/schema/platform.ts";
import type { StageConfig } from "./config/schema/stage-config.ts";

/** What a public record depends on. */
export type HostsConfig = Pick<StageConfig, "dns" | "hosts">;

/** The record that leads the API's public host to the balancer. */
export function apiRecord<Name extends pulumi.Input<string>>({ dns, hosts }: HostsConfig, loadBalancerDnsName: Name) {
  return {
    key: "api",
    name: hosts.api,
    type: "CNAME",
    content: loadBalancerDnsName,
    proxied: dns.proxied,
  } as const;
}

/** The record of a public host that this stack wants, with what the last update left; undefined before the first one. */
export function wantedRecord(host: PublicHost, config: HostsConfig, loadBalancerDnsName: string | undefined) {
  if (host === "frontend") return frontendRecord({ host: config.hosts.frontend, zone: config.dns.zone });
  return loadBalancerDnsName === undefined ? undefined : apiRecord(config, loadBalancerDnsName);
}

/** A record as Cloudflare has it. */
export interface FoundRecord {
  readonly type: string;
  readonly content: string;
}

/** Records that lead clients somewhere. Others, such as MX and TXT, may share the name with those of a host. */
export const leadingTypes: readonly string[] = ["A", "AAAA", "CNAME"];

/** Whether a host's records are the one that this stack wants, and no other. */
export function isOwn(
  found: readonly FoundRecord[],
  wanted: { readonly type: string; readonly content: string } | undefined,
): boolean {
  const [record, ...others] = found;
  return (
    others.length === 0 &&
    record?.type === wanted?.type &&
    record?.content.replace(/\.$/, "").toLowerCase() === wanted?.content.toLowerCase()
  );
}

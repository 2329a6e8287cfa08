import type * as pulumi from "@pulumi/pulumi";
import { DnsRecords } from "../../components/dns/dns-records.ts";
import { ValidatedCertificate } from "../../components/dns/validated-certificate.ts";
import { CloudflarePrefixLists } from "../../components/edge/cloudflare.ts";
import { OriginPulls } from "../../components/edge/origin-pulls.ts";
import { WebAcl } from "../../components/edge/web-acl.ts";
import { ZoneSettings } from "../../components/edge/zone-settings.ts";
import { Frontend } from "../../components/frontend/frontend.ts";
import { Traffic } from "../../components/traffic/traffic.ts";
import type { ClientCertificates } from "../../components/traffic/traffic-args.ts";
import { apiRecord } from "../public-hosts.ts";
import type { Foundation } from "./foundation.ts";
import type { StackContext } from "./stack-context.ts";

/** How requests arrive. */
export type Delivery = ReturnType<typeof createDelivery>;

/** Certificate, load balancer with the weighted rule, firewall, frontend and the DNS records of all hosts. */
export function createDelivery(context: StackContext, { network, accessLogs, mail }: Foundation) {
  const { name, config, tags, protection, options, zoneId } = context;
  const { hosts, api, rollout, dns } = config;
  const certificate = new ValidatedCertificate(name, { hosts: [hosts.api, hosts.candidateApi], zoneId, tags }, options);
  const originPulls = createOriginPulls(context, accessLogs);
  if (dns.managesZone) new ZoneSettings(name, { zoneId }, options);
  const traffic = new Traffic(
    name,
    {
      vpcId: network.vpcId,
      vpcCidrBlock: network.vpcCidrBlock,
      publicSubnetIds: network.publicSubnetIds,
      certificateArn: certificate.certificateArn,
      publicHost: hosts.api,
      candidateHost: hosts.candidateApi,
      liveColour: config.liveColour,
      weightPercent: config.candidateWeight,
      stepWeightsPercent: rollout.steps.map((step) => step.weight),
      containerPort: api.containerPort,
      healthCheckPath: api.healthCheckPath,
      deregistrationDelaySeconds: api.stopTimeoutSeconds,
      idleTimeoutSeconds: api.idleTimeoutSeconds,
      accessLogsBucketName: accessLogs.bucketName,
      accessLogsBucketPolicy: accessLogs.policy,
      ingressPrefixListIds: dns.proxied ? createProxyRanges(context) : undefined,
      clientCertificates: clientCertificates(context, originPulls),
      deletionProtection: !config.storage.destroyable,
      balancerProtection: protection.balancer,
      targetsProtection: protection.targets,
      tags,
    },
    options,
  );
  const webAcl = new WebAcl(
    name,
    {
      loadBalancerArn: traffic.loadBalancerArn,
      ...config.edge,
      candidateHost: hosts.candidateApi,
      clientIpHeader: dns.proxied ? "CF-Connecting-IP" : undefined,
      tags,
    },
    options,
  );
  const { rollingRelease, compatible: _ofRelease, ...frontendSettings } = config.frontend;
  const frontend = new Frontend(
    name,
    {
      ...frontendSettings,
      stagesPercent: rollingRelease?.map(({ targetPercentage }) => targetPercentage),
      host: hosts.frontend,
      zone: dns.zone,
      apiUrl: `https://${hosts.api}`,
    },
    options,
  );
  const records = [apiRecord(config, traffic.loadBalancerDnsName), frontend.dnsRecord];
  new DnsRecords(
    name,
    {
      zoneId,
      records: [
        ...records.filter(({ key }) => !dns.pendingHosts.some((host) => host === key)),
        { ...apiRecord(config, traffic.loadBalancerDnsName), key: "candidate", name: hosts.candidateApi },
        ...mail.dnsRecords,
      ],
    },
    options,
  );
  return { traffic, webAcl, frontend, originPulls };
}

/** What Cloudflare presents to the load balancer; undefined where it presents nothing. */
function createOriginPulls(
  { name, config, tags, options, zoneId }: StackContext,
  { bucketName, policy }: Foundation["accessLogs"],
): OriginPulls | undefined {
  const asked = config.dns.originPulls;
  if (asked === undefined || asked.mode === "off") return undefined;
  const { authorities, presented } = asked;
  return new OriginPulls(
    name,
    {
      zoneId,
      hosts: { api: config.hosts.api, candidate: config.hosts.candidateApi },
      authorities,
      presented,
      accessLogsBucketName: bucketName,
      accessLogsBucketPolicy: policy,
      destroyable: config.storage.destroyable,
      tags,
    },
    options,
  );
}

/** What the load balancer does about it. Undefined where the config says nothing: an older stack sees no change. */
function clientCertificates(
  { config }: StackContext,
  originPulls: OriginPulls | undefined,
): ClientCertificates | undefined {
  const asked = config.dns.originPulls;
  if (asked?.mode !== "verify" || originPulls === undefined) {
    return asked && { mode: asked.mode === "passthrough" ? "passthrough" : "off" };
  }
  return { mode: "verify", trustStoreArn: originPulls.trustStoreArn };
}

function createProxyRanges({ name, tags, options }: StackContext): {
  ipv4: pulumi.Output<string>;
  ipv6: pulumi.Output<string>;
} {
  const lists = new CloudflarePrefixLists(name, { tags }, options);
  return { ipv4: lists.ipv4PrefixListId, ipv6: lists.ipv6PrefixListId };
}

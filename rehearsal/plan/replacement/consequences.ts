import type { PlannedResource } from "../planned-resource.ts";

/** What people lose where a resource that serves them, or holds their data, is replaced: the part, and what happens. */
const consequences: Readonly<Record<string, readonly [part: string, loss: string]>> = {
  "aws:acm/certificate:Certificate": ["the certificate", "the new one must be validated before the update goes on"],
  "aws:backup/vault:Vault": ["the backup vault", "the copies in it stay in the old one, or are deleted with it"],
  "aws:ec2/eip:Eip": ["an outgoing address", "partners who admit the old address refuse the API's calls"],
  "aws:ec2/natGateway:NatGateway": ["a way out of the network", "tasks reach nothing outside until the new one stands"],
  "aws:ec2/subnet:Subnet": ["a subnet", "all that is in it has to move, and AWS deletes no subnet that is in use"],
  "aws:ec2/vpc:Vpc": ["the network", "all that is in it is made anew, the load balancer and the database too"],
  "aws:ecr/repository:Repository": ["the image registry", "the new one is empty, and no task can pull its image"],
  "aws:ecs/cluster:Cluster": ["the cluster", "both colours' services move to the new one"],
  "aws:ecs/service:Service": ["a colour's service", "its tasks are stopped, and new ones start"],
  "aws:kms/key:Key": ["an encryption key", "what the old key encrypted cannot be read with the new one"],
  "aws:lb/listener:Listener": ["a listener", "nobody is served on its port until it stands again with its rules"],
  "aws:lb/listenerRule:ListenerRule": ["a listener rule", "its host is answered 404 until the new one stands"],
  "aws:lb/loadBalancer:LoadBalancer": [
    "the load balancer",
    "open connections end, and the API is away until DNS names the new one",
  ],
  "aws:lb/targetGroup:TargetGroup": [
    "a colour's target group",
    "the new one is empty, and its requests fail until the tasks have restarted and are healthy",
  ],
  "aws:rds/instance:Instance": ["the database", "the new one is empty, unless restoreFrom names a backup"],
  "aws:s3/bucket:Bucket": ["a bucket", "nothing in it is copied to the new one"],
  "aws:sesv2/emailIdentity:EmailIdentity": [
    "the mail identity",
    "no mail is sent until its DNS records are verified again",
  ],
  "cloudflare:index/dnsRecord:DnsRecord": ["a DNS record", "its name may not be found for some minutes"],
  "postgresql:index/database:Database": ["the database inside the instance", "its data is gone"],
  "pulumi:providers:aws": ["the provider", "everything that it made is made anew, the database too"],
  "random:index/randomPassword:RandomPassword": ["a generated key", "what the old one signed is no longer accepted"],
  "vercel:index/project:Project": ["the frontend's project", "its deployments and settings are gone"],
  "vercel:index/projectDomain:ProjectDomain": [
    "the frontend's domain",
    "the site is away until the new one is verified",
  ],
};

/** What a replacement means for people, in one line; undefined where nobody notices it. */
export function consequenceOf({ type, protect }: Pick<PlannedResource, "type" | "protect">): string | undefined {
  const known = consequences[type];
  if (known === undefined) return undefined;
  const [part, loss] = known;
  const guard = protect
    ? "Pulumi refuses it, because the resource is protected: see docs/runbook.md, Replacing what is protected."
    : "Nothing protects it.";
  return `Replaces ${part}: ${loss}. ${guard}`;
}

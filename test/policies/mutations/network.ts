/** Mutations of the network: who is let in, and what finds a way out. */
import {
  defaultSecurityGroup,
  elasticIp,
  internetGateway,
  natGateway,
  networkAcl,
  prefixList,
  prefixListEntry,
  route,
  routeTable,
  routeTableAssociation,
  securityGroup,
  securityGroupEgressRule,
  securityGroupIngressRule,
  securityGroupRule,
  subnet,
  vpc,
  vpcEndpoint,
} from "../../../policies/kinds.ts";
import {
  add,
  append,
  type Mutation,
  notCaught,
  outputOf,
  production,
  remove,
  set,
  setOption,
  the,
  unset,
} from "./mutation.ts";

const network = the(vpc, "vpc");
const databaseGroup = the(securityGroup, "database");
const apiGroup = the(securityGroup, "api");
const balancerGroup = the(securityGroup, "balancer");
const databaseFromApi = the(securityGroupIngressRule, "database-from-api");
const tunnelGroup = the(securityGroup, "tunnel");
const apiFromBalancer = the(securityGroupIngressRule, "api-from-load-balancer");
const ipv4List = the(prefixList, "cloudflare-ipv4");
const ipv6List = the(prefixList, "cloudflare-ipv6");
const databaseTable = the(routeTable, "database");

const ingress = (group: typeof databaseGroup, from: object, port = 5432) => ({
  securityGroupId: outputOf(group, "id"),
  ipProtocol: "tcp",
  fromPort: port,
  toPort: port,
  ...from,
});

export const securityGroupMutations: readonly Mutation[] = [
  add(
    securityGroupIngressRule,
    "the world to the database",
    ingress(databaseGroup, { cidrIpv4: "0.0.0.0/0" }),
    "ec2-no-world-ingress",
  ),
  add(
    securityGroupIngressRule,
    "the world over IPv6 to the database",
    ingress(databaseGroup, { cidrIpv6: "::/0" }),
    "ec2-no-world-ingress",
  ),
  add(
    securityGroupIngressRule,
    "half the world to the database",
    ingress(databaseGroup, { cidrIpv4: "0.0.0.0/1" }),
    "ec2-no-world-ingress",
  ),
  add(
    securityGroupIngressRule,
    "the other half of the world to the database",
    ingress(databaseGroup, { cidrIpv4: "128.0.0.0/1" }),
    "ec2-no-world-ingress",
  ),
  add(
    securityGroupIngressRule,
    "an eighth of IPv6 to the API",
    ingress(apiGroup, { cidrIpv6: "2000::/3" }, 8000),
    "ec2-no-world-ingress",
  ),
  add(
    securityGroupIngressRule,
    "one public address to the database",
    ingress(databaseGroup, { cidrIpv4: "203.0.113.7/32" }),
    "network-tier-from-tier-before",
  ),
  add(
    securityGroupIngressRule,
    "the whole network to the database",
    ingress(databaseGroup, { cidrIpv4: "10.0.0.0/8" }),
    "network-tier-from-tier-before",
  ),
  add(
    securityGroupIngressRule,
    "one public address to the tunnel",
    ingress(tunnelGroup, { cidrIpv4: "203.0.113.7/32" }, 22),
    "network-tunnel-closed",
  ),
  set(the(securityGroupEgressRule, "tunnel-to-https"), "toPort", 65_535, "network-tunnel-closed"),
  set(
    the(securityGroupEgressRule, "tunnel-to-database"),
    "referencedSecurityGroupId",
    outputOf(apiGroup, "id"),
    "network-tunnel-closed",
  ),
  add(
    securityGroupIngressRule,
    "the balancer to the database",
    ingress(databaseGroup, { referencedSecurityGroupId: outputOf(balancerGroup, "id") }),
    "network-tier-from-tier-before",
  ),
  add(
    securityGroupIngressRule,
    "SSH from the world to the balancer",
    ingress(balancerGroup, { cidrIpv4: "0.0.0.0/0" }, 22),
    "ec2-no-world-ingress",
  ),
  add(
    securityGroupIngressRule,
    "every port of the balancer",
    { securityGroupId: outputOf(balancerGroup, "id"), ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    "ec2-no-world-ingress",
  ),
  add(
    securityGroupIngressRule,
    "the world past the proxy",
    ingress(balancerGroup, { cidrIpv4: "0.0.0.0/0" }, 443),
    "network-balancer-behind-proxy",
    production,
  ),
  add(
    securityGroupRule,
    "the world to the API, by the older type",
    {
      type: "ingress",
      securityGroupId: outputOf(apiGroup, "id"),
      protocol: "tcp",
      fromPort: 8000,
      toPort: 8000,
      cidrBlocks: ["0.0.0.0/0"],
    },
    "ec2-no-world-ingress",
  ),
  set(
    apiGroup,
    "ingress",
    [{ protocol: "tcp", fromPort: 0, toPort: 65_535, cidrBlocks: ["0.0.0.0/0"] }],
    "ec2-no-world-ingress",
  ),
  set(
    databaseGroup,
    "ingress",
    [{ protocol: "tcp", fromPort: 5432, toPort: 5432, ipv6CidrBlocks: ["::/0"] }],
    "ec2-no-world-ingress",
  ),
  set(databaseFromApi, "cidrIpv4", "0.0.0.0/0", "ec2-no-world-ingress"),
  set(databaseFromApi, "referencedSecurityGroupId", outputOf(balancerGroup, "id"), "network-tier-from-tier-before"),
  set(databaseFromApi, "fromPort", 0, "network-tier-from-tier-before"),
  set(apiFromBalancer, "cidrIpv4", "0.0.0.0/0", "ec2-no-world-ingress"),
  set(apiFromBalancer, "prefixListId", outputOf(ipv4List, "id"), "network-tier-from-tier-before", production),
  set(apiFromBalancer, "ipProtocol", "-1", "network-tier-from-tier-before"),
  set(
    the(securityGroupIngressRule, "balancer-https-from-ipv4-list"),
    "toPort",
    65_535,
    "network-balancer-behind-proxy",
    production,
  ),
  set(the(securityGroupIngressRule, "endpoints-https"), "cidrIpv4", "0.0.0.0/0", "ec2-no-world-ingress", production),
  set(the(securityGroupEgressRule, "api-to-https"), "ipProtocol", "-1", "network-egress-named"),
  set(the(securityGroupEgressRule, "balancer-to-containers"), "cidrIpv4", "0.0.0.0/0", "network-egress-named"),
  add(
    securityGroupEgressRule,
    "the database to the world",
    { securityGroupId: outputOf(databaseGroup, "id"), ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    "network-egress-named",
  ),
  set(
    the(defaultSecurityGroup, "default"),
    "ingress",
    [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }],
    "ec2-no-default-group-rules",
  ),
  set(
    the(defaultSecurityGroup, "default"),
    "egress",
    [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    "ec2-no-default-group-rules",
  ),
  remove(the(defaultSecurityGroup, "default"), "ec2-no-default-group-rules"),
  append(ipv4List, "entries", { cidr: "0.0.0.0/0", description: "Everyone" }, "ec2-prefix-list-not-world", production),
  append(
    ipv4List,
    "entries",
    { cidr: "0.0.0.0/1", description: "Half of everyone" },
    "ec2-prefix-list-not-world",
    production,
  ),
  append(ipv6List, "entries", { cidr: "::/0", description: "Everyone" }, "ec2-prefix-list-not-world", production),
];

/** Ranges and routes in the other places where a program can write them. */
export const otherWayMutations: readonly Mutation[] = [
  set(
    apiGroup,
    "ingress",
    [{ protocol: "tcp", fromPort: 8000, toPort: 8000, cidrBlocks: ["0.0.0.0/2", "64.0.0.0/2"] }],
    "ec2-no-world-ingress",
  ),
  set(
    databaseGroup,
    "egress",
    [{ protocol: "-1", fromPort: 0, toPort: 0, ipv6CidrBlocks: ["::/1"] }],
    "network-egress-named",
  ),
  set(
    databaseGroup,
    "ingress",
    [{ protocol: "tcp", fromPort: 5432, toPort: 5432, self: true }],
    "network-tier-from-tier-before",
  ),
  add(
    securityGroupRule,
    "a way out of the database's group, by the older type",
    {
      type: "egress",
      securityGroupId: outputOf(databaseGroup, "id"),
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrBlocks: ["0.0.0.0/0"],
    },
    "network-egress-named",
  ),
  add(
    prefixListEntry,
    "a quarter of the world",
    { prefixListId: outputOf(ipv4List, "id"), cidr: "64.0.0.0/2" },
    "ec2-prefix-list-not-world",
    production,
  ),
  set(
    ipv4List,
    "entries",
    Array.from({ length: 20 }, (_value, index) => ({ cidr: `${index + 20}.0.0.0/12` })),
    "ec2-prefix-list-not-world",
    production,
  ),
  add(
    networkAcl,
    "PostgreSQL for half the world",
    {
      vpcId: outputOf(network, "id"),
      ingress: [{ ruleNo: 1, action: "allow", protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlock: "0.0.0.0/1" }],
    },
    "ec2-network-acl-closed",
  ),
  add(
    route,
    "the database's subnets over IPv6",
    { routeTableId: outputOf(databaseTable, "id"), destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" },
    "rds-no-way-out",
  ),
  add(
    route,
    "the database's subnets into another network",
    { routeTableId: outputOf(databaseTable, "id"), destinationCidrBlock: "172.16.0.0/12", transitGatewayId: "tgw-1" },
    "rds-no-way-out",
  ),
];

export const routeMutations: readonly Mutation[] = [
  add(
    route,
    "the database's subnets to the internet",
    {
      routeTableId: outputOf(databaseTable, "id"),
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: outputOf(the(internetGateway, "internet"), "id"),
    },
    "rds-no-way-out",
  ),
  add(
    route,
    "the database's subnets through a NAT gateway",
    {
      routeTableId: outputOf(databaseTable, "id"),
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: outputOf(the(natGateway, "nat-a"), "id"),
    },
    "rds-no-way-out",
  ),
  set(
    databaseTable,
    "routes",
    [{ cidrBlock: "0.0.0.0/0", gatewayId: outputOf(the(internetGateway, "internet"), "id") }],
    "rds-no-way-out",
  ),
  set(
    the(routeTableAssociation, "database-a"),
    "routeTableId",
    outputOf(the(routeTable, "public"), "id"),
    "rds-no-way-out",
  ),
  set(
    the(routeTableAssociation, "private-a"),
    "routeTableId",
    outputOf(the(routeTable, "public"), "id"),
    "ecs-no-internet-gateway",
  ),
  set(
    the(route, "private-a-nat"),
    "gatewayId",
    outputOf(the(internetGateway, "internet"), "id"),
    "ecs-no-internet-gateway",
  ),
  remove(the(routeTableAssociation, "database-a"), "rds-no-way-out"),
  setOption(network, { protect: false }, "protected-in-production", production),
  setOption(the(subnet, "database-b"), { protect: false }, "protected-in-production", production),
  set(the(subnet, "private-a"), "mapPublicIpOnLaunch", true, "ec2-no-automatic-addresses"),
  set(the(subnet, "public-a"), "mapPublicIpOnLaunch", true, "ec2-no-automatic-addresses"),
  set(the(subnet, "database-a"), "assignIpv6AddressOnCreation", true, "ec2-no-automatic-addresses"),
  set(
    network,
    "enableDnsSupport",
    false,
    notCaught("Without its resolver nothing in the network finds the database: the first health check fails."),
  ),
  set(
    the(natGateway, "nat-a"),
    "subnetId",
    outputOf(the(subnet, "private-a"), "id"),
    notCaught("A NAT gateway in a private subnet reaches nothing: the first image cannot be pulled."),
  ),
  set(
    the(elasticIp, "nat-a"),
    "instance",
    "i-1",
    notCaught("EC2 gives no address to a machine that a NAT gateway has."),
  ),
  remove(the(internetGateway, "internet"), notCaught("Without it nobody is reached, in or out.")),
];

export const endpointMutations: readonly Mutation[] = [
  unset(the(vpcEndpoint, "endpoint-s3"), "policy", "vpc-endpoint-restricted"),
  unset(the(vpcEndpoint, "endpoint-s3"), "policy.Statement[OwnBuckets].Condition", "vpc-endpoint-restricted"),
  unset(the(vpcEndpoint, "endpoint-ecr-api"), "policy.Statement[0].Condition", "vpc-endpoint-restricted", production),
  set(
    the(vpcEndpoint, "endpoint-logs"),
    "privateDnsEnabled",
    false,
    notCaught("Calls then go through the NAT gateway, over TLS as before."),
    production,
  ),
  add(
    { token: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection" },
    "a way into another network",
    { vpcId: outputOf(network, "id"), peerVpcId: "vpc-1" },
    "types-reviewed",
  ),
  add(
    { token: "aws:ec2/instance:Instance" },
    "a machine beside the tasks",
    { subnetId: outputOf(the(subnet, "public-a"), "id"), associatePublicIpAddress: true },
    "types-reviewed",
  ),
  add(
    { token: "aws:ec2/networkAclRule:NetworkAclRule" },
    "a rule that lets in everything",
    { networkAclId: "acl-1", cidrBlock: "0.0.0.0/0", protocol: "-1", ruleAction: "allow" },
    "ec2-network-acl-closed",
  ),
  add(
    { token: "aws:lambda/functionUrl:FunctionUrl" },
    "a function that everyone may call",
    { authorizationType: "NONE" },
    "types-reviewed",
  ),
  add(
    { token: "aws:rds/cluster:Cluster" },
    "a second database without encryption",
    { storageEncrypted: false },
    "types-reviewed",
  ),
];

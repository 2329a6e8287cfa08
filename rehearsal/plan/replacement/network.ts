import { aws, type ReplacementTable } from "./row.ts";

/** A rule of a security group keeps its kind of peer: "you cannot change the rule's source type". */
const peers = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

/** Network types. */
export const networkReplacements: ReplacementTable = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": aws("default_security_group", "vpcId"),
  "aws:ec2/eip:Eip": aws("eip", "address customerOwnedIpv4Pool domain ipamPoolId networkBorderGroup publicIpv4Pool"),
  "aws:ec2/flowLog:FlowLog": aws(
    "flow_log",
    "deliverCrossAccountRole destinationOptions eniId iamRoleArn logDestination logDestinationType logFormat maxAggregationInterval subnetId trafficType transitGatewayAttachmentId transitGatewayId vpcId",
  ),
  "aws:ec2/internetGateway:InternetGateway": aws("internet_gateway"),
  "aws:ec2/managedPrefixList:ManagedPrefixList": aws("ec2_managed_prefix_list", "addressFamily"),
  "aws:ec2/natGateway:NatGateway": aws(
    "nat_gateway",
    "allocationId availabilityMode connectivityType privateIp subnetId vpcId",
  ),
  "aws:ec2/route:Route": aws(
    "route",
    "destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId routeTableId",
  ),
  "aws:ec2/routeTable:RouteTable": aws("route_table", "vpcId"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": aws("route_table_association", "gatewayId subnetId"),
  "aws:ec2/securityGroup:SecurityGroup": aws("security_group", "description name namePrefix vpcId"),
  "aws:ec2/subnet:Subnet": aws(
    "subnet",
    "availabilityZone availabilityZoneId cidrBlock ipv4IpamPoolId ipv4NetmaskLength ipv6Native outpostArn vpcId",
  ),
  "aws:ec2/vpc:Vpc": aws("vpc", "cidrBlock ipv4IpamPoolId ipv4NetmaskLength"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": aws(
    "vpc_endpoint",
    "resourceConfigurationArn serviceName serviceNetworkArn serviceRegion vpcEndpointType vpcId",
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    ...aws("vpc_security_group_egress_rule", "securityGroupId"),
    alternatives: peers,
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    ...aws("vpc_security_group_ingress_rule", "securityGroupId"),
    alternatives: peers,
  },
};

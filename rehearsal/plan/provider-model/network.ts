import {
  arn,
  ec2Id,
  physicalName,
  plannedAccountId,
  type ResourceModel,
  type ResourceQuestion,
  type ServiceModel,
} from "./model.ts";

type More = (id: string, question: ResourceQuestion) => Record<string, unknown>;

function ec2(prefix: string, kind: string, more: More = () => ({})): ResourceModel {
  return (question) => {
    const id = ec2Id(question, prefix);
    return { id, state: { arn: arn(question, "ec2", `${kind}/${id}`), ...more(id, question) } };
  };
}

const withName: More = (_id, question) => ({ name: physicalName(question) });

/** EC2 networking. */
export const networkModel: ServiceModel = {
  "aws:ec2/vpc:Vpc": (question) => {
    const id = ec2Id(question, "vpc");
    const suffix = id.slice("vpc-".length);
    return {
      id,
      state: {
        arn: arn(question, "ec2", `vpc/${id}`),
        ownerId: plannedAccountId,
        defaultSecurityGroupId: `sg-${suffix}`,
        defaultNetworkAclId: `acl-${suffix}`,
        defaultRouteTableId: `rtb-${suffix}`,
        mainRouteTableId: `rtb-${suffix}`,
      },
    };
  },
  "aws:ec2/subnet:Subnet": ec2("subnet", "subnet"),
  "aws:ec2/internetGateway:InternetGateway": ec2("igw", "internet-gateway"),
  "aws:ec2/eip:Eip": ec2("eipalloc", "elastic-ip", (id) => ({ allocationId: id, publicIp: "203.0.113.10" })),
  "aws:ec2/natGateway:NatGateway": ec2("nat", "natgateway"),
  "aws:ec2/routeTable:RouteTable": ec2("rtb", "route-table"),
  "aws:ec2/route:Route": ec2("r", "route"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("rtbassoc", "route-table-association"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce", "vpc-endpoint"),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": ec2("acl", "network-acl"),
  "aws:ec2/defaultRouteTable:DefaultRouteTable": ec2("rtb", "route-table"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group", withName),
  "aws:ec2/managedPrefixList:ManagedPrefixList": ec2("pl", "prefix-list", withName),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("sgr", "security-group-rule"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2("sgr", "security-group-rule"),
};

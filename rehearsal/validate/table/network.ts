import { type CallRule, type CallTable, ec2Tags } from "../call-rule.ts";

/** The addresses of a security group's rule: one of them stands in each rule, with the description. */
function groupRule(operation: string): CallRule {
  return {
    service: "ec2",
    operation,
    names: { securityGroupId: "GroupId", ipProtocol: "IpPermissions.0.IpProtocol" },
    sets: (take) => {
      const description = take("description");
      const [cidr, group, prefixes] = [take("cidrIpv4"), take("referencedSecurityGroupId"), take("prefixListId")];
      return {
        "IpPermissions.0.FromPort": take("fromPort"),
        "IpPermissions.0.ToPort": take("toPort"),
        "IpPermissions.0.IpRanges": cidr && [{ CidrIp: cidr, Description: description }],
        "IpPermissions.0.UserIdGroupPairs": group && [{ GroupId: group, Description: description }],
        "IpPermissions.0.PrefixListIds": prefixes && [{ PrefixListId: prefixes, Description: description }],
        ...ec2Tags("security-group-rule", take),
      };
    },
  };
}

/** EC2 networking. */
export const networkCalls: CallTable = {
  "aws:ec2/vpc:Vpc": {
    answers: (read) => ({ id: read("Vpc.VpcId") }),
    calls: [
      { service: "ec2", operation: "CreateVpc", sets: (take) => ec2Tags("vpc", take) },
      {
        service: "ec2",
        operation: "ModifyVpcAttribute",
        sets: (take, { id }) => ({ VpcId: id, "EnableDnsHostnames.Value": take("enableDnsHostnames") }),
      },
      {
        service: "ec2",
        operation: "ModifyVpcAttribute",
        sets: (take, { id }) => ({ VpcId: id, "EnableDnsSupport.Value": take("enableDnsSupport") }),
      },
    ],
  },
  "aws:ec2/subnet:Subnet": {
    answers: (read) => ({ id: read("Subnet.SubnetId") }),
    calls: [
      { service: "ec2", operation: "CreateSubnet", sets: (take) => ec2Tags("subnet", take) },
      {
        service: "ec2",
        operation: "ModifySubnetAttribute",
        sets: (take, { id }) => ({ SubnetId: id, "MapPublicIpOnLaunch.Value": take("mapPublicIpOnLaunch") }),
      },
    ],
  },
  "aws:ec2/internetGateway:InternetGateway": {
    answers: (read) => ({ id: read("InternetGateway.InternetGatewayId") }),
    calls: [
      { service: "ec2", operation: "CreateInternetGateway", sets: (take) => ec2Tags("internet-gateway", take) },
      {
        service: "ec2",
        operation: "AttachInternetGateway",
        inputs: ["vpcId"],
        sets: (_take, { id }) => ({ InternetGatewayId: id }),
      },
    ],
  },
  "aws:ec2/eip:Eip": {
    answers: (read) => ({ id: read("AllocationId"), publicIp: read("PublicIp") }),
    calls: [{ service: "ec2", operation: "AllocateAddress", sets: (take) => ec2Tags("elastic-ip", take) }],
  },
  "aws:ec2/natGateway:NatGateway": {
    answers: (read) => ({ id: read("NatGateway.NatGatewayId") }),
    calls: [{ service: "ec2", operation: "CreateNatGateway", sets: (take) => ec2Tags("natgateway", take) }],
  },
  "aws:ec2/routeTable:RouteTable": {
    answers: (read) => ({ id: read("RouteTable.RouteTableId") }),
    calls: [{ service: "ec2", operation: "CreateRouteTable", sets: (take) => ec2Tags("route-table", take) }],
  },
  "aws:ec2/route:Route": { calls: [{ service: "ec2", operation: "CreateRoute" }] },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    calls: [{ service: "ec2", operation: "AssociateRouteTable" }],
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    answers: (read) => ({ id: read("VpcEndpoint.VpcEndpointId") }),
    calls: [
      {
        service: "ec2",
        operation: "CreateVpcEndpoint",
        names: { policy: "PolicyDocument" },
        sets: (take) => ec2Tags("vpc-endpoint", take),
      },
    ],
  },
  "aws:ec2/flowLog:FlowLog": {
    calls: [
      {
        service: "ec2",
        operation: "CreateFlowLogs",
        names: { vpcId: "ResourceIds", iamRoleArn: "DeliverLogsPermissionArn" },
        sets: (take) => ({ ResourceType: "VPC", ...ec2Tags("vpc-flow-log", take) }),
      },
    ],
  },
  "aws:ec2/managedPrefixList:ManagedPrefixList": {
    answers: (read) => ({ id: read("PrefixList.PrefixListId") }),
    calls: [
      {
        service: "ec2",
        operation: "CreateManagedPrefixList",
        names: { name: "PrefixListName" },
        sets: (take) => ec2Tags("prefix-list", take),
      },
    ],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    answers: (read) => ({ id: read("GroupId") }),
    calls: [
      {
        service: "ec2",
        operation: "CreateSecurityGroup",
        names: { name: "GroupName" },
        sets: (take) => ec2Tags("security-group", take),
      },
    ],
  },
  // The VPC brings it. The provider takes its rules away and puts its own there, of which the plan has none.
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    calls: [
      {
        service: "ec2",
        operation: "DescribeSecurityGroups",
        inputs: ["vpcId"],
        sets: (take) => ({
          Filters: [
            { Name: "group-name", Values: ["default"] },
            { Name: "vpc-id", Values: [take("vpcId")] },
          ],
        }),
      },
      {
        service: "ec2",
        operation: "CreateTags",
        inputs: ["tags"],
        sets: (_take, { id }) => ({ Resources: [id] }),
      },
    ],
    answers: (read) => ({ id: read("SecurityGroups.0.GroupId") }),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { calls: [groupRule("AuthorizeSecurityGroupIngress")] },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { calls: [groupRule("AuthorizeSecurityGroupEgress")] },
};

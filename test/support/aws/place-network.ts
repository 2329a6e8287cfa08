import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";
import { callJsonApi } from "./call-json-api.ts";
import { assignedText, type Placings, textOutput } from "./placing.ts";

/** The network that load balancer and containers stand in, and the certificate. Routes and gateways move nothing in moto. */
export const networkPlacings: Placings = {
  "aws:ec2/vpc:Vpc": {
    async create({ network }, resource) {
      const { cidrBlock, enableDnsHostnames } = resource.inputs as { cidrBlock: string; enableDnsHostnames: boolean };
      const { Vpc } = await network.send(new CreateVpcCommand({ CidrBlock: cidrBlock }));
      const vpcId = assignedText(resource, Vpc?.VpcId);
      // A task gets a name in it, and moto runs none without.
      await network.send(
        new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: enableDnsHostnames } }),
      );
      return { [resource.planned.id]: vpcId };
    },
  },
  "aws:ec2/subnet:Subnet": {
    async create({ network }, resource) {
      const { vpcId, cidrBlock, availabilityZone } = resource.inputs as Record<string, string>;
      const { Subnet } = await network.send(
        new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidrBlock, AvailabilityZone: availabilityZone }),
      );
      return { [resource.planned.id]: assignedText(resource, Subnet?.SubnetId) };
    },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    async create({ network }, resource) {
      const { vpcId, description } = resource.inputs as Record<string, string>;
      const { GroupId } = await network.send(
        new CreateSecurityGroupCommand({ VpcId: vpcId, Description: description, GroupName: resource.planned.name }),
      );
      return { [resource.planned.id]: assignedText(resource, GroupId) };
    },
  },
  "aws:acm/certificate:Certificate": {
    async create({ endpoint }, resource) {
      const { domainName, subjectAlternativeNames, validationMethod } = resource.inputs;
      const { CertificateArn } = await callJsonApi(endpoint, {
        service: "acm",
        target: "CertificateManager.RequestCertificate",
        body: {
          DomainName: domainName,
          SubjectAlternativeNames: subjectAlternativeNames,
          ValidationMethod: validationMethod,
        },
      });
      return { [textOutput(resource, "arn")]: String(CertificateArn) };
    },
  },
};

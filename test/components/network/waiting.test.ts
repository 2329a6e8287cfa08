import * as pulumi from "@pulumi/pulumi";
import { getAllResources } from "@pulumi/pulumi/output.js";
import { expect, it } from "vitest";
import { Network } from "../../../components/network/network.ts";
import { planProgram, testName } from "../../support/plan-component.ts";
import { productionArgs } from "./plan-network.ts";

/** Types and logical names of what an output waits for. */
function awaited(id: pulumi.Output<string> | undefined): pulumi.Output<string[]> {
  const resources = id === undefined ? Promise.resolve(new Set<pulumi.Resource>()) : getAllResources(id);
  return pulumi
    .output(resources.then((set) => [...set].map(({ urn }) => urn)))
    .apply((urns) => urns.map((urn) => urn.replace(/^.*\$aws:ec2\/(\w+):\w+::/, "$1 ")).sort());
}

it("lets whoever takes a subnet's id wait for the subnet, its association and its route out", async () => {
  const plan = await planProgram(() => {
    const network = new Network(testName, productionArgs);
    return {
      public: awaited(network.publicSubnetIds[0]),
      private: awaited(network.privateSubnetIds[1]),
      database: awaited(network.databaseSubnetIds[2]),
    };
  });
  expect(plan.outputs).toEqual({
    public: [
      "route portal-production-public-internet",
      "routeTableAssociation portal-production-public-a",
      "subnet portal-production-public-a",
    ],
    private: [
      "route portal-production-private-b-nat",
      "routeTableAssociation portal-production-private-b",
      "subnet portal-production-private-b",
    ],
    database: ["routeTableAssociation portal-production-database-c", "subnet portal-production-database-c"],
  });
});

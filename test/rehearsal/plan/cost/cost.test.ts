import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type CostRequest, costOf, renderCost } from "../../../../rehearsal/plan/cost/cost.ts";
import { isKnownType, type PricedResource, quantitiesOf } from "../../../../rehearsal/plan/cost/quantities.ts";
import { callTable } from "../../../../rehearsal/validate/table/call-table.ts";
import { planFixture } from "../../../support/plan-fixture.ts";
import { projectFolder } from "../../../support/stack-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const pricePath = join(projectFolder, "docs", "prices.example.yaml");
const task = { cpuUnits: 512, memoryMib: 1024, minTasks: 2 };

const planned = (type: string, inputs: Record<string, unknown> = {}, arn = "") =>
  ({ type, name: "one", id: "one", custom: true, inputs, outputs: { arn } }) satisfies PricedResource;

const natGateway = planned("aws:ec2/natGateway:NatGateway");

/** Two tasks of half a vCPU and 1 GiB. */
const tasks = [
  planned("aws:ecs/service:Service", { desiredCount: 2, taskDefinition: "arn:one" }),
  planned("aws:ecs/taskDefinition:TaskDefinition", { cpu: "512", memory: "1024" }, "arn:one"),
];

/** Writes the example price file with other content. */
function priceFile(edit: (text: string) => string): string {
  const path = join(temporaryFolder(), "prices.yaml");
  writeFileSync(path, edit(readFileSync(pricePath, "utf8")));
  return path;
}

/** The cost, by the example without its monthly entries. */
function cost(request: Partial<CostRequest>) {
  const path = priceFile((text) => text.slice(0, text.indexOf("monthly:")));
  return costOf({ pricePath: path, resources: [], task, ...request });
}

describe("what a plan costs", () => {
  it("is the sum by hand: an hour 730 times, a month once", () => {
    // 0.05 a gateway hour; 1 vCPU at 0.05 and 2 GiB at 0.005 an hour; 5 an ACL and 1 for each of its rules.
    const resources = [natGateway, ...tasks, planned("aws:wafv2/webAcl:WebAcl", { rules: [{}, {}] })];
    expect(cost({ resources }).perMonth).toBeCloseTo(0.05 * 730 + (0.05 + 0.01) * 730 + 7, 6);
  });

  it("counts an alarm by its metrics, an endpoint by its zones, and a database with a second one as such", () => {
    const alarm = planned("aws:cloudwatch/metricAlarm:MetricAlarm", {
      metricQueries: [{ metric: {} }, { metric: {} }, { expression: "m1 / m2" }],
    });
    const endpoint = (vpcEndpointType: string) =>
      planned("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType, subnetIds: ["a", "b", "c"] });
    const database = planned("aws:rds/instance:Instance", {
      instanceClass: "db.t4g.medium",
      multiAz: true,
      allocatedStorage: 50,
      manageMasterUserPassword: true,
    });
    const balancer = planned("aws:lb/loadBalancer:LoadBalancer", { internal: false, subnets: ["a", "b", "c"] });
    const plain = planned("aws:cloudwatch/metricAlarm:MetricAlarm", { metricName: "Errors" });
    expect(
      quantitiesOf([alarm, plain, endpoint("Interface"), endpoint("Gateway"), database, balancer]).standing,
    ).toEqual([
      { meter: "alarmMetricMonth", amount: 3 },
      { meter: "databaseStorageMultiAzGibMonth", amount: 50 },
      { meter: "db.t4g.medium.MultiAzHour", amount: 1 },
      { meter: "loadBalancerHour", amount: 1 },
      { meter: "publicIpv4Hour", amount: 3 },
      { meter: "secretMonth", amount: 1 },
      { meter: "vpcEndpointZoneHour", amount: 3 },
    ]);
  });

  it("says what the second colour adds while it is warm: the fewest tasks, running or not", () => {
    const warm = 2 * (0.5 * 0.05 + 0.005) * 730;
    expect(cost({ resources: tasks }).secondColourPerMonth).toBeCloseTo(warm, 6);
    expect(cost({ resources: [] }).secondColourPerMonth).toBeCloseTo(warm, 6);
  });

  it("says what a change adds, and what it saves", () => {
    const more = cost({ resources: [natGateway, natGateway], before: [natGateway] });
    expect(more.differences).toEqual([{ what: "natGatewayHour", perMonth: 36.5 }]);
    expect(renderCost(more, "staging", new Date("2026-11-27"))).toContain(
      "This change: +36.50 a month, from 36.50 to 73.00.",
    );
    const less = cost({ resources: [], before: [natGateway] });
    expect(renderCost(less, "staging", new Date("2026-11-27"))).toContain(
      "This change: −36.50 a month, from 36.50 to 0.00.",
    );
    expect(renderCost(cost({ resources: tasks, before: tasks }), "staging", new Date("2026-11-27"))).toContain(
      "This change costs nothing more and nothing less.",
    );
  });

  it("has the file's monthly entries, and says when prices are old", () => {
    const text = (day: string) => renderCost(costOf({ pricePath, resources: [], task }), "staging", new Date(day));
    expect(text("2026-11-27")).toMatch(/Vercel Pro seats +2 × +20 +40\.00\n/);
    expect(text("2027-02-24")).not.toContain("days old");
    expect(text("2027-02-25")).toContain("The prices are more than 90 days old. Read them again at their sources.");
  });

  it.each(["staging", "production"] as const)(
    "knows of each planned type of %s whether it costs, and is in the example",
    async (stage) => {
      const { resources } = await planFixture({
        stage,
        now: new Date("2026-11-23T12:00:00Z"),
        previousRecord: null,
        set: { "images.blue": `sha256:${"1".repeat(64)}`, "dns.originPulls": undefined },
      });
      expect(quantitiesOf(resources).unknown).toEqual([]);
      expect(() => costOf({ pricePath, resources, task })).not.toThrow();
    },
  );

  it("knows of each type that the program can plan whether it costs", () => {
    const types = Object.keys(callTable).filter((type) => type.startsWith("aws:"));
    expect(types.length).toBeGreaterThan(70);
    expect(types.filter((type) => !isKnownType(type))).toEqual([]);
  });

  it.each(["aws:quantum/computer:Computer", "aws:ec2/instance:Instance", "aws:rds/cluster:Cluster"])(
    "names a type of which nothing says whether it costs: %s",
    (type) => {
      const figures = cost({ resources: [planned(type)] });
      expect(renderCost(figures, "staging", new Date("2026-11-27"))).toContain(
        `Not known whether these cost: ${type}.`,
      );
    },
  );
});

describe("a price file", () => {
  it("without a price that is needed is refused, with the lines to add", () => {
    const path = priceFile((text) => text.replace(/^ {2}(natGatewayHour|fargateGibHour):.*\n/gm, ""));
    expect(() => costOf({ pricePath: path, resources: [natGateway], task })).toThrow(
      `${path} has no price for 2 of what is planned. Add under prices:\n  natGatewayHour: { price: 0.00, source: https://… }\n  fargateGibHour: { price: 0.00, source: https://… }`,
    );
  });

  it("is refused with all its problems at once", () => {
    const path = priceFile((text) =>
      text
        .replace("date: 2026-11-26", "date: yesterday")
        .replace("price: 0.02", "price: cheap")
        .replace("USD", "dollars"),
    );
    expect(() => costOf({ pricePath: path, resources: [], task })).toThrow(
      /- date: the day.*\n- currency: three capitals.*\n- prices\.db\.t4g\.micro\.SingleAzHour\.price: a number/,
    );
    expect(() => costOf({ pricePath: "none.yaml", resources: [], task })).toThrow(
      "docs/prices.example.yaml is one to copy",
    );
  });

  it("of the example says that its prices are made up, and names each source", () => {
    const text = readFileSync(pricePath, "utf8");
    expect(text).toContain("THE PRICES HERE ARE MADE UP");
    const { prices } = parse(text) as { prices: Record<string, { source: string }> };
    for (const { source } of Object.values(prices)) expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
  });
});

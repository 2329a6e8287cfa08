import { expect, it } from "vitest";
import { parse } from "yaml";
import { openStackFile } from "../../cli/stack-file/stack-file.ts";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { nextInOfficeHours } from "../../rollout/office-hours.ts";
import { projectFolder } from "../support/stack-files.ts";
import { readWorkflow, workflowNames } from "./workflow.ts";

const configOf = (stage: (typeof stages)[number]) => openStackFile(projectFolder, stage).readConfig();

it("works in the region of the stack files, in every job that logs in", () => {
  const regions = workflowNames.flatMap((name) =>
    [...readWorkflow(name).text.matchAll(/aws-region: (\S+)/g)].map(([, region]) => region),
  );
  expect(regions.length).toBeGreaterThan(6);
  expect([...new Set(regions)]).toEqual([...new Set(stages.map((stage) => configOf(stage).aws.region))]);
});

it("asks for the next step in every office hour of each stage, in summer and in winter", () => {
  const { on } = parse(readWorkflow("next-step.yml").text) as {
    readonly on: { readonly schedule: readonly { readonly cron: string }[] };
  };
  const [minute = "", hours = "", ...days] = on.schedule[0]?.cron.split(" ") ?? [];
  expect(days).toEqual(["*", "*", "*"]);
  const asked = hours.split(",").flatMap((part) => {
    const [from = 0, until = from] = part.split("-").map(Number);
    return Array.from({ length: until - from + 1 }, (_, index) => from + index);
  });
  for (const stage of stages) {
    const { rollout, timeZone } = configOf(stage);
    for (const week of ["2027-01-11", "2027-07-05"]) {
      const openHours = Array.from({ length: 7 * 24 }, (_, hour) => new Date(Date.parse(week) + hour * 3_600_000))
        .map((hour) => new Date(hour.getTime() + Number(minute) * 60_000))
        .filter((moment) => nextInOfficeHours(rollout.officeHours, timeZone, moment).getTime() === moment.getTime());
      expect(openHours.length).toBeGreaterThan(30);
      expect(openHours.filter((moment) => !asked.includes(moment.getUTCHours()))).toEqual([]);
    }
  }
});

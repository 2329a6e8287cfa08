import { z } from "zod";
import type { Finding } from "./verdict.ts";

const figure = z.number().optional();

/** What a database had to bear in a step. Absent: CloudWatch has no value. */
const databaseFigures = z
  .strictObject({
    averageCpuPercent: figure,
    mostCpuPercent: figure,
    mostConnections: figure,
    leastFreeMemoryMib: figure,
    leastFreeStorageGib: figure,
  })
  .readonly();

/** What the tasks of a colour had to bear in a step. Absent: CloudWatch has no value. */
const taskFigures = z
  .strictObject({ averageCpuPercent: figure, mostCpuPercent: figure, mostMemoryPercent: figure })
  .readonly();

const systemFiguresShape = {
  database: databaseFigures,
  tasks: z.strictObject({ candidate: taskFigures, live: taskFigures }).readonly(),
};

/** Database and tasks while a step stood (guide R2). */
export const systemFiguresSchema = z.strictObject(systemFiguresShape).readonly();

export type SystemFigures = z.output<typeof systemFiguresSchema>;

/** From where on the alarms on database and tasks go off; a figure is shown beside its limit. */
const systemLimits = z
  .strictObject({
    databaseCpuPercent: z.number(),
    connections: z.number(),
    freeMemoryMib: z.number(),
    freeStorageGib: z.number(),
    /** `alerts.memoryPercent` of config (guide A4). */
    taskMemoryPercent: z.number(),
  })
  .readonly();

export type SystemLimits = z.output<typeof systemLimits>;

export const systemInputSchema = z.strictObject({ ...systemFiguresShape, limits: systemLimits.optional() }).readonly();

type SystemInput = z.output<typeof systemInputSchema>;

/**
 * Shows what database and tasks had to bear while the step stood (guide R2). It never makes a gate pass, and never objects: an
 * alarm on each of them does, and it looks at every minute. A peak of one minute over a whole step says less.
 */
export function tellSystem(input: SystemInput | undefined): readonly Finding[] {
  if (input === undefined) return [];
  const { database, tasks, limits } = input;
  const pair = (text: (of: SystemInput["tasks"]["live"]) => string) => {
    const [candidate, live] = [text(tasks.candidate), text(tasks.live)];
    return candidate === unknown && live === unknown ? unknown : `candidate ${candidate}; live ${live}`;
  };
  const rows: readonly (readonly [what: string, value: string, limit: string | undefined])[] = [
    [
      "database CPU",
      loadText(database.averageCpuPercent, database.mostCpuPercent),
      limits && `above ${limits.databaseCpuPercent} % for long`,
    ],
    ["database connections", withUnit("most", database.mostConnections, ""), limits && `from ${limits.connections} on`],
    [
      "database free memory",
      withUnit("least", database.leastFreeMemoryMib, " MiB"),
      limits && `below ${limits.freeMemoryMib} MiB for long`,
    ],
    [
      "database free storage",
      withUnit("least", database.leastFreeStorageGib, " GiB"),
      limits && `below ${limits.freeStorageGib} GiB`,
    ],
    ["tasks' CPU", pair((of) => loadText(of.averageCpuPercent, of.mostCpuPercent)), undefined],
    [
      "tasks' memory",
      pair((of) => withUnit("most", of.mostMemoryPercent, " %")),
      limits && `above ${limits.taskMemoryPercent} %`,
    ],
  ];
  return rows.map(([what, value, limit]) => {
    const bound = limit === undefined ? "no alarm" : `alarm ${limit}`;
    return {
      what,
      value,
      bound,
      verdict: "no objection",
      sentence: `While this step stood, ${what}: ${value} (${bound}). The gate shows it, and the alarm objects.`,
    };
  });
}

/** The figures as a history keeps them: whole numbers, and of parts of a GiB one decimal. */
export function roundedFigures({ database, tasks }: SystemFigures): SystemFigures {
  return {
    database: rounded(database),
    tasks: { candidate: rounded(tasks.candidate), live: rounded(tasks.live) },
  };
}

function rounded<Figures extends object>(figures: Figures): Figures {
  const entries = Object.entries(figures).map(([name, value]) => {
    const digits = name.endsWith("Gib") ? 10 : 1;
    return [name, typeof value === "number" ? Math.round(value * digits) / digits : value];
  });
  return Object.fromEntries(entries) as Figures;
}

/** The figures of a step in a sentence or two, for a report and a history. What nobody knows is left out. */
export function systemText({ database, tasks }: SystemFigures): string {
  const ofDatabase = knownParts([
    known(database.mostCpuPercent, (one) => `CPU at most ${one} %`),
    known(database.mostConnections, (one) => `${one} connections at most`),
    known(database.leastFreeMemoryMib, (one) => `${one} MiB of memory free at least`),
    known(database.leastFreeStorageGib, (one) => `${one} GiB of storage free at least`),
  ]);
  const ofTasks = (["candidate", "live"] as const).flatMap((role) => {
    const { mostCpuPercent, mostMemoryPercent } = tasks[role];
    const parts = knownParts([
      known(mostCpuPercent, (one) => `CPU ${one} %`),
      known(mostMemoryPercent, (one) => `memory ${one} %`),
    ]);
    return parts.length === 0 ? [] : [`${role} ${parts.join(" and ")} at most`];
  });
  const sentences = [
    ...(ofDatabase.length === 0 ? [] : [`Database: ${ofDatabase.join(", ")}.`]),
    ...(ofTasks.length === 0 ? [] : [`Tasks: ${ofTasks.join(", ")}.`]),
  ];
  return sentences.length === 0 ? "CloudWatch has no figures of database and tasks." : sentences.join(" ");
}

function known(value: number | undefined, text: (rounded: number) => string): string | undefined {
  return value === undefined ? undefined : text(round(value));
}

function knownParts(parts: readonly (string | undefined)[]): readonly string[] {
  return parts.flatMap((part) => part ?? []);
}

const unknown = "unknown";

function loadText(average: number | undefined, most: number | undefined): string {
  if (average === undefined || most === undefined) return unknown;
  return `average ${Math.round(average)} %, most ${Math.round(most)} %`;
}

function withUnit(which: string, value: number | undefined, unit: string): string {
  return value === undefined ? unknown : `${which} ${round(value)}${unit}`;
}

/** To one decimal. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

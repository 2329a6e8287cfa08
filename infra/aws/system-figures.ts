import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { SystemFigures } from "../../rollout/gate/system-figures.ts";
import type { Series, SeriesPoints } from "./metric-series.ts";

/** How CloudWatch knows a stage's database and services. */
export interface SystemDimensions {
  /** Absent after an update by a version that did not name it. */
  readonly databaseInstanceIdentifier?: string | undefined;
  readonly clusterArn: string;
  /** Null for a colour without a service. */
  readonly serviceNames: Readonly<Record<Colour, string | null>>;
}

/** What is read of a database, by the name of its figure: metric and statistic (Amazon RDS User Guide, "CloudWatch metrics"). */
const ofDatabase = {
  averageCpuPercent: ["CPUUtilization", "Average"],
  mostCpuPercent: ["CPUUtilization", "Maximum"],
  mostConnections: ["DatabaseConnections", "Maximum"],
  leastFreeMemoryMib: ["FreeableMemory", "Minimum"],
  leastFreeStorageGib: ["FreeStorageSpace", "Minimum"],
} as const;

/** What is read of a service, by the name of its figure (Amazon ECS Developer Guide, "CloudWatch metrics"). */
const ofService = {
  averageCpuPercent: ["CPUUtilization", "Average"],
  mostCpuPercent: ["CPUUtilization", "Maximum"],
  mostMemoryPercent: ["MemoryUtilization", "Maximum"],
} as const;

/** Bytes in the unit of a figure that is no count and no per cent. */
const bytesIn: Readonly<Record<string, number>> = { leastFreeMemoryMib: 1024 ** 2, leastFreeStorageGib: 1024 ** 3 };

/**
 * The series of what database and tasks had to bear (guide R2), one value for the whole time: 11 more in a call that is made
 * already.
 */
export function systemSeries(
  { databaseInstanceIdentifier, clusterArn, serviceNames }: SystemDimensions,
  periodSeconds: number,
): readonly (readonly [id: string, series: Series])[] {
  const named = (
    prefix: string,
    figures: Readonly<Record<string, readonly [metric: string, statistic: string]>>,
    part: { readonly namespace: string; readonly dimensions: Readonly<Record<string, string>> },
  ) =>
    Object.entries(figures).map(([figure, [metricName, statistic]]) => {
      return [`${prefix}_${figure}`, { metric: { ...part, metricName, statistic }, periodSeconds }] as const;
    });
  const ClusterName = clusterArn.slice(clusterArn.lastIndexOf("/") + 1);
  return [
    ...(databaseInstanceIdentifier === undefined
      ? []
      : named("database", ofDatabase, {
          namespace: "AWS/RDS",
          dimensions: { DBInstanceIdentifier: databaseInstanceIdentifier },
        })),
    ...colours.flatMap((colour) => {
      const ServiceName = serviceNames[colour];
      if (ServiceName === null) return [];
      return named(colour, ofService, { namespace: "AWS/ECS", dimensions: { ClusterName, ServiceName } });
    }),
  ];
}

/** What {@link systemSeries} told. */
export function systemFiguresIn(points: SeriesPoints, live: Colour): SystemFigures {
  const figuresOf = <Name extends string>(prefix: string, figures: Readonly<Record<Name, unknown>>) =>
    Object.fromEntries(
      Object.keys(figures).flatMap((figure) => {
        const value = wholeOf(
          figure,
          (points.get(`${prefix}_${figure}`) ?? []).map((point) => point.value),
        );
        return value === undefined ? [] : [[figure, value / (bytesIn[figure] ?? 1)]];
      }),
    ) as { readonly [figure in Name]?: number };
  return {
    database: figuresOf("database", ofDatabase),
    tasks: { candidate: figuresOf(otherColour(live), ofService), live: figuresOf(live, ofService) },
  };
}

/** One value of the whole time. CloudWatch answers with more than one where the time is longer than a period of its own. */
function wholeOf(figure: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  if (figure.startsWith("least")) return Math.min(...values);
  return figure.startsWith("most")
    ? Math.max(...values)
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}

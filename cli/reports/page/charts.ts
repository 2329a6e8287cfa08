import { BarChart, LineChart } from "echarts/charts.js";
import { GridComponent, LegendComponent, MarkLineComponent } from "echarts/components.js";
import { type EChartsCoreOption, init, use } from "echarts/core.js";
import { SVGRenderer } from "echarts/renderers.js";
import type { Colour } from "../../../rollout/colour.ts";
import { Html, html } from "./html.ts";

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

/** Sizes in pixels. Text keeps its size in each, so that a phone's reader can read it. */
const sizes = {
  wide: { width: 960, height: 200 },
  narrow: { width: 344, height: 200 },
} as const;

type ChartSize = keyof typeof sizes;

/** One chart in every size, as SVG. */
export interface RenderedChart {
  readonly title: string;
  /** What it shows, in words, for those who cannot see it. */
  readonly description: string;
  readonly svg: Readonly<Record<ChartSize, string>>;
}

/** Colours are properties of the page's style, so that one SVG serves both colour schemes. */
const ink = "var(--ink)";
const faint = "var(--line)";
const text = { color: ink, fontFamily: "inherit", fontSize: 12 } as const;

/** Requests and events over a time that is drawn. */
export interface ChartedTime {
  /** What the time axis counts. */
  readonly unit: "s" | "h";
  /** Length of a bin, in that unit. */
  readonly binLength: number;
  /** The same in words: `half second`. */
  readonly binName: string;
  readonly bins: readonly {
    /** Requests that each colour answered, failed ones included. */
    readonly answered: Readonly<Record<Colour, number>>;
    readonly failed: Readonly<Record<Colour, number>>;
    /** Requests that no colour answered. */
    readonly unanswered: number;
  }[];
  /** In the order of time. Each is drawn as a line with its number. */
  readonly events: readonly {
    /** From the start on, in the axis's unit. */
    readonly at: number;
    /** Per cent of the public traffic that green has from now on. Absent where the routes stay. */
    readonly greenPercent?: number | undefined;
  }[];
}

/** What the public rule asked for, and what green served. */
export function shareChart(time: ChartedTime): RenderedChart {
  const asked = time.events.flatMap(({ at, greenPercent }) =>
    greenPercent === undefined ? [] : [[at, greenPercent] as const],
  );
  const end = [lengthOf(time), asked.at(-1)?.[1] ?? 0] as const;
  const served = time.bins.map(({ answered }) => {
    const all = answered.blue + answered.green;
    return all === 0 ? null : (100 * answered.green) / all;
  });
  return render({
    title: "Share of green, per cent of public requests",
    description: `The share that the rule asks for as steps, and the share that green answered per ${time.binName}.`,
    time,
    yAxis: { max: 100, interval: 25 },
    series: [
      {
        name: "served",
        type: "line",
        data: atMiddles(time, served),
        showSymbol: false,
        lineStyle: { color: "var(--green)", width: 2 },
        itemStyle: { color: "var(--green)" },
        areaStyle: { color: "var(--green)", opacity: 0.15 },
        markLine: {
          symbol: "none",
          lineStyle: { color: faint, type: "dashed" },
          data: time.events.map(({ at }, index) => ({
            xAxis: at,
            label: { ...text, formatter: String(index + 1), fontSize: 10 },
          })),
        },
      },
      {
        name: "asked",
        type: "line",
        step: "end",
        data: [...asked, end],
        showSymbol: false,
        lineStyle: { color: ink, width: 1.5 },
        itemStyle: { color: ink },
      },
    ],
  });
}

/** What failed, by who answered. */
export function failureChart(time: ChartedTime): RenderedChart {
  const bars = (name: string, color: string, failures: readonly number[]) => ({
    name,
    type: "bar",
    stack: "failures",
    barWidth: "90%",
    data: atMiddles(time, failures),
    itemStyle: { color },
  });
  return render({
    title: `Failed requests per ${time.binName}`,
    description:
      "Requests that were not answered with 2xx, by the colour that answered, and those that nobody answered.",
    time,
    yAxis: { minInterval: 1 },
    series: [
      bars(
        "blue",
        "var(--blue)",
        time.bins.map(({ failed }) => failed.blue),
      ),
      bars(
        "green",
        "var(--green)",
        time.bins.map(({ failed }) => failed.green),
      ),
      bars(
        "neither",
        "var(--bad)",
        time.bins.map(({ unanswered }) => unanswered),
      ),
    ],
  });
}

/** A line over the bins. */
interface DrawnLine {
  readonly name: string;
  /** A property of the page's style: `--accent`. */
  readonly color: string;
  /** A value for each bin; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** Any figures over the same time. */
export function lineChart(
  time: ChartedTime,
  {
    title,
    description,
    lines,
  }: Pick<RenderedChart, "title" | "description"> & { readonly lines: readonly DrawnLine[] },
): RenderedChart {
  return render({
    title,
    description,
    time,
    yAxis: {},
    series: lines.map(({ name, color, values }) => ({
      name,
      type: "line",
      data: atMiddles(time, values),
      showSymbol: false,
      lineStyle: { color: `var(${color})`, width: 1.5 },
      itemStyle: { color: `var(${color})` },
    })),
  });
}

/** Each value at the middle of its bin. */
function atMiddles({ binLength }: ChartedTime, values: readonly (number | null)[]) {
  return values.map((value, index) => [(index + 0.5) * binLength, value] as const);
}

function lengthOf({ bins, binLength }: ChartedTime): number {
  return bins.length * binLength;
}

interface ChartRequest {
  readonly title: string;
  readonly description: string;
  readonly time: ChartedTime;
  readonly yAxis: Readonly<Record<string, unknown>>;
  readonly series: readonly Readonly<Record<string, unknown>>[];
}

function render({ title, description, time, yAxis, series }: ChartRequest): RenderedChart {
  const option: EChartsCoreOption = {
    animation: false,
    grid: { left: 44, right: 12, top: 34, bottom: 28 },
    legend: { top: 0, left: 0, itemHeight: 8, textStyle: text },
    xAxis: {
      type: "value",
      min: 0,
      max: lengthOf(time),
      containShape: false,
      axisLabel: { ...text, formatter: `{value} ${time.unit}` },
      axisLine: { lineStyle: { color: faint } },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      axisLabel: text,
      splitLine: { lineStyle: { color: faint } },
      ...yAxis,
    },
    series,
  };
  return { title, description, svg: { wide: draw(option, "wide"), narrow: draw(option, "narrow") } };
}

/** Without a browser, and without any time in it. */
function draw(option: EChartsCoreOption, size: ChartSize): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...sizes[size] });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** A chart as a part of a page. Its style shows the size that fits. */
export function figure({ title, description, svg }: RenderedChart): Html {
  const drawn = (size: ChartSize) =>
    html`<div class="${size}" role="img" aria-label="${title}. ${description}">${new Html(svg[size])}</div>`;
  return html`<figure><figcaption>${title}</figcaption>${drawn("wide")}${drawn("narrow")}</figure>
`;
}

import { BarChart, LineChart } from "echarts/charts.js";
import { GridComponent, LegendComponent, MarkLineComponent } from "echarts/components.js";
import { type EChartsCoreOption, init, use } from "echarts/core.js";
import { SVGRenderer } from "echarts/renderers.js";
import type { Timeline } from "../timeline.ts";

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

/** The charts of one stage, one below the other with the same time axis: what was served, what failed, how long it took. */
export function stageCharts(timeline: Timeline): readonly RenderedChart[] {
  return [shareChart(timeline), failureChart(timeline), latencyChart(timeline)];
}

function shareChart(timeline: Timeline): RenderedChart {
  const asked = timeline.events.flatMap(({ second, greenPercent }) =>
    greenPercent === undefined ? [] : [[second, greenPercent] as const],
  );
  const end = [lengthOf(timeline), asked.at(-1)?.[1] ?? 0] as const;
  const served = timeline.bins.map(({ answered }) => {
    const all = answered.blue + answered.green;
    return all === 0 ? null : (100 * answered.green) / all;
  });
  return render({
    title: "Share of green, per cent of public requests",
    description: "The share that the rule asks for as steps, and the share that green answered in each half second.",
    timeline,
    yAxis: { max: 100, interval: 25 },
    series: [
      {
        name: "served",
        type: "line",
        data: atMiddles(timeline, served),
        showSymbol: false,
        lineStyle: { color: "var(--green)", width: 2 },
        itemStyle: { color: "var(--green)" },
        areaStyle: { color: "var(--green)", opacity: 0.15 },
        markLine: {
          symbol: "none",
          lineStyle: { color: faint, type: "dashed" },
          data: timeline.events.map(({ second }, index) => ({
            xAxis: second,
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

function failureChart(timeline: Timeline): RenderedChart {
  const bars = (name: string, color: string, failures: readonly number[]) => ({
    name,
    type: "bar",
    stack: "failures",
    barWidth: "90%",
    data: atMiddles(timeline, failures),
    itemStyle: { color },
  });
  return render({
    title: "Failed requests in each half second",
    description:
      "Requests that were not answered with 2xx, by the colour that answered, and those that nobody answered.",
    timeline,
    yAxis: { minInterval: 1 },
    series: [
      bars(
        "blue",
        "var(--blue)",
        timeline.bins.map(({ failed }) => failed.blue),
      ),
      bars(
        "green",
        "var(--green)",
        timeline.bins.map(({ failed }) => failed.green),
      ),
      bars(
        "neither",
        "var(--bad)",
        timeline.bins.map(({ unanswered }) => unanswered),
      ),
    ],
  });
}

function latencyChart(timeline: Timeline): RenderedChart {
  return render({
    title: "Response time, p95 in milliseconds",
    description: "95 of 100 requests of each half second took at most so long, from when they were due.",
    timeline,
    yAxis: {},
    series: [
      {
        name: "p95",
        type: "line",
        data: atMiddles(
          timeline,
          timeline.bins.map(({ p95Milliseconds }) => p95Milliseconds),
        ),
        showSymbol: false,
        lineStyle: { color: "var(--accent)", width: 1.5 },
        itemStyle: { color: "var(--accent)" },
      },
    ],
  });
}

/** Each value at the middle of its bin, in seconds. */
function atMiddles({ binSeconds }: Timeline, values: readonly (number | null)[]) {
  return values.map((value, index) => [(index + 0.5) * binSeconds, value] as const);
}

function lengthOf({ bins, binSeconds }: Timeline): number {
  return bins.length * binSeconds;
}

interface ChartRequest {
  readonly title: string;
  readonly description: string;
  readonly timeline: Timeline;
  readonly yAxis: Readonly<Record<string, unknown>>;
  readonly series: readonly Readonly<Record<string, unknown>>[];
}

function render({ title, description, timeline, yAxis, series }: ChartRequest): RenderedChart {
  const option: EChartsCoreOption = {
    animation: false,
    grid: { left: 44, right: 12, top: 34, bottom: 28 },
    legend: { top: 0, left: 0, itemHeight: 8, textStyle: text },
    xAxis: {
      type: "value",
      min: 0,
      max: lengthOf(timeline),
      containShape: false,
      axisLabel: { ...text, formatter: "{value} s" },
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

import { type PriceFile, readPriceFile, refuseMissingPrices } from "./price-file.ts";
import {
  added,
  type PlanQuantities,
  type PricedResource,
  type Quantity,
  quantitiesOf,
  quantitiesOfTasks,
  type TaskSize,
} from "./quantities.ts";

/** Hours of a month that AWS's pricing calculator counts. */
const hoursPerMonth = 730;

/** Days after which prices are called old. */
const oldAfterDays = 90;

/** One line of a cost. */
interface CostLine {
  readonly what: string;
  readonly amount: number;
  readonly price: number;
  readonly perMonth: number;
}

/** What a plan costs each month, without what is charged by use. */
export interface PlanCost {
  readonly currency: string;
  /** The day of the prices. */
  readonly date: string;
  readonly lines: readonly CostLine[];
  readonly perMonth: number;
  /** What is added to `perMonth` while the second colour is warm: its fewest tasks. */
  readonly secondColourPerMonth: number;
  /** What the plan that it is compared with costs; absent where there is none. */
  readonly perMonthBefore?: number;
  /** Lines that differ from that plan's, by the difference each month. */
  readonly differences?: readonly { readonly what: string; readonly perMonth: number }[];
  readonly byUse: readonly string[];
  readonly unknown: readonly string[];
}

/** What is priced, and by which file. */
export interface CostRequest {
  readonly pricePath: string;
  readonly resources: readonly PricedResource[];
  /** Resources of the plan to compare with. */
  readonly before?: readonly PricedResource[] | undefined;
  /** One task of the API, and the fewest of a colour (`api.minTasks`). */
  readonly task: TaskSize & { readonly minTasks: number };
}

/**
 * Prices a plan.
 *
 * @throws {Error} for a price file that cannot be read or that lacks a price
 */
export function costOf({ pricePath, resources, before, task }: CostRequest): PlanCost {
  const file = readPriceFile(pricePath);
  const now = quantitiesOf(resources);
  const earlier = before === undefined ? undefined : quantitiesOf(before);
  const second = quantitiesOfTasks(task.minTasks, task);
  refuseMissingPrices(pricePath, file, [...now.standing, ...(earlier?.standing ?? []), ...second]);
  const lines = linesOf(file, now);
  return {
    currency: file.currency,
    date: file.date,
    lines,
    perMonth: sum(lines),
    secondColourPerMonth: sum(second.map((quantity) => lineOf(file, quantity))),
    ...(earlier === undefined ? {} : compared(file, earlier, now)),
    byUse: now.byUse,
    unknown: now.unknown,
  };
}

function linesOf(file: PriceFile, { standing }: PlanQuantities): readonly CostLine[] {
  return [
    ...standing.map((quantity) => lineOf(file, quantity)),
    ...file.monthly.map(({ what, quantity, price }) => ({ what, amount: quantity, price, perMonth: quantity * price })),
  ];
}

function lineOf({ prices }: PriceFile, { meter, amount }: Quantity): CostLine {
  const price = prices[meter]?.price;
  if (price === undefined) throw new Error(`No price of ${meter} was asked for before it was needed.`);
  return { what: meter, amount, price, perMonth: amount * price * (meter.endsWith("Hour") ? hoursPerMonth : 1) };
}

function compared(file: PriceFile, before: PlanQuantities, now: PlanQuantities) {
  const less = before.standing.map(({ meter, amount }) => ({ meter, amount: -amount }));
  const differences = added([...now.standing, ...less]).map((quantity) => ({
    what: quantity.meter,
    perMonth: lineOf(file, quantity).perMonth,
  }));
  return { perMonthBefore: sum(linesOf(file, before)), differences };
}

function sum(lines: readonly CostLine[]): number {
  return lines.reduce((total, { perMonth }) => total + perMonth, 0);
}

/** Writes a cost for a terminal. */
export function renderCost(cost: PlanCost, stage: string, today: Date): string {
  const { currency, date, lines, perMonth, secondColourPerMonth, byUse, unknown } = cost;
  const widest = Math.max(...lines.map(({ what }) => what.length));
  const old = (today.getTime() - new Date(date).getTime()) / 86_400_000 > oldAfterDays;
  return [
    `What ${stage} costs each month, in ${currency}, by prices of ${date}. One month is ${hoursPerMonth} hours.`,
    ...(old ? [`The prices are more than ${oldAfterDays} days old. Read them again at their sources.`] : []),
    "",
    ...lines.map(
      ({ what, amount, price, perMonth: each }) =>
        `  ${what.padEnd(widest)}  ${shortNumber(amount).padStart(8)} × ${shortNumber(price).padStart(9)}  ${money(each).padStart(10)}`,
    ),
    `  ${"together".padEnd(widest)}  ${" ".repeat(20)}  ${money(perMonth).padStart(10)}`,
    "",
    `The second colour adds ${money(secondColourPerMonth)} a month while it is warm, ${money((secondColourPerMonth * 24) / hoursPerMonth)} a day: its fewest tasks. Its target groups and alarms are there all the time.`,
    ...changeOf(cost),
    ...(byUse.length === 0 ? [] : ["", "Charged by use, and not in the sum:", ...byUse.map((what) => `- ${what}`)]),
    ...(unknown.length === 0 ? [] : ["", `Not known whether these cost: ${unknown.join(", ")}.`]),
  ].join("\n");
}

function changeOf({ perMonthBefore, differences = [], perMonth }: PlanCost): readonly string[] {
  if (perMonthBefore === undefined) return [];
  if (differences.length === 0) return ["This change costs nothing more and nothing less."];
  return [
    `This change: ${signed(perMonth - perMonthBefore)} a month, from ${money(perMonthBefore)} to ${money(perMonth)}.`,
    ...differences.map(({ what, perMonth: each }) => `  ${what}  ${signed(each)}`),
  ];
}

function money(amount: number): string {
  return amount.toFixed(2);
}

function signed(amount: number): string {
  return `${amount < 0 ? "−" : "+"}${money(Math.abs(amount))}`;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { Quantity } from "./quantities.ts";

const price = z.strictObject({
  /** In the file's currency. */
  price: z.number({ error: "a number of at least 0, in the file's currency" }).min(0),
  /** Where it stands. */
  source: z.url({ error: "the address of the page that names it" }),
});

/** What costs the same each month, or is billed by use: the reader says how much. */
const monthly = z.strictObject({
  what: z.string({ error: "what it is, in a few words" }).min(1),
  quantity: z.number({ error: "how much of it a month, a number of at least 0" }).min(0),
  ...price.shape,
});

const priceFileSchema = z.strictObject({
  date: z.iso.date({ error: "the day on which the prices were read, such as 2026-11-26" }),
  currency: z.string({ error: "a currency, such as USD" }).regex(/^[A-Z]{3}$/, "three capitals, such as USD"),
  prices: z.record(z.string(), price, { error: "a price and its source for each name" }),
  monthly: z.array(monthly, { error: "a list" }).default([]),
});

/** A price file: what one of each thing costs, when that was read, and where. */
export type PriceFile = z.output<typeof priceFileSchema>;

/**
 * Reads a price file.
 *
 * @throws {Error} naming every problem of the file at once
 */
export function readPriceFile(path: string): PriceFile {
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${path} cannot be read: ${why}. docs/prices.example.yaml is one to copy.`);
  }
  const read = priceFileSchema.safeParse(content);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path: at, message }) => `- ${at.join(".") || "the file"}: ${message}`);
  throw new Error([`${path} is no price file. docs/prices.example.yaml is one to copy.`, ...problems].join("\n"));
}

/**
 * Refuses quantities that the file has no price for: a sum without them would be wrong.
 *
 * @throws {Error} naming every missing price, with the lines to add
 */
export function refuseMissingPrices(path: string, { prices }: PriceFile, quantities: readonly Quantity[]): void {
  const missing = [...new Set(quantities.map(({ meter }) => meter))].filter((meter) => prices[meter] === undefined);
  if (missing.length === 0) return;
  const lines = missing.map((meter) => `  ${meter}: { price: 0.00, source: https://… }`);
  throw new Error(
    [`${path} has no price for ${missing.length} of what is planned. Add under prices:`, ...lines].join("\n"),
  );
}

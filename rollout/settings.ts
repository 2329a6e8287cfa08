import { z } from "zod";
import type { SettingKey } from "./override.ts";

/** Settings of the config by their dotted key; a list as JSON. Absent: not set. */
export type Settings = Readonly<Record<SettingKey, string | number | boolean>>;

/** Settings as the record holds them. */
export const settingsSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]),
) as z.ZodType<Settings>;

/** Keys whose values differ, in the order of their names. */
export function changedSettings(before: Settings, after: Settings): readonly SettingKey[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as SettingKey[];
  return keys.filter((key) => before[key] !== after[key]).sort();
}

const longestShown = 80;

/** A value as a sentence names it. */
export function shownSetting(value: Settings[SettingKey] | undefined): string {
  if (value === undefined) return "nothing";
  const text = String(value);
  return text.length > longestShown ? `${text.slice(0, longestShown - 1)}…` : text;
}

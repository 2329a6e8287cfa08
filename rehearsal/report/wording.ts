/** Milliseconds as a person reads them: `4 ms`, `870 ms`, `1.9 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds < 1 ? "under 1 ms" : `${Math.round(milliseconds)} ms`;
}

/** A share as a person reads it: `5 %`, `4.8 %`. */
export function percent(value: number): string {
  return `${Number(value.toFixed(1))} %`;
}

/** `1 resource`, `3 resources`, `5 processes`. */
export function counted(count: number, thing: string): string {
  const ending = thing.endsWith("s") ? "es" : "s";
  return `${count} ${thing}${count === 1 ? "" : ending}`;
}

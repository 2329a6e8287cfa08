/** A property and its value as a message shows them: `multiAz is false`, `sslPolicy is not set`. */
export function shown(property: string, value: unknown): string {
  if (value === undefined || value === null || value === "") return `${property} is not set`;
  return `${property} is ${typeof value === "string" ? value : JSON.stringify(value)}`;
}

/** What AWS assigns, by what the provider model had answered in its place. */
export type Assigned = Readonly<Record<string, string>>;

/**
 * Replaces planned values by real ones wherever they stand in a value: objects, lists, texts, and JSON inside texts. The
 * longest planned value wins, so that an ARN goes as a whole and not by the id in its middle; one that only begins like a
 * planned value is another.
 */
export function translator(assigned: Assigned): <T>(value: T) => T {
  const planned = Object.keys(assigned).sort((one, other) => other.length - one.length);
  if (planned.length === 0) return (value) => value;
  const pattern = new RegExp(`(?<![\\w-])(?:${planned.map(escaped).join("|")})(?![\\w-])`, "g");
  const translate = (part: unknown): unknown => {
    if (typeof part === "string") return part.replace(pattern, (match) => assigned[match] ?? match);
    if (Array.isArray(part)) return part.map(translate);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, translate(inner)]));
  };
  return <T>(value: T) => translate(value) as T;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

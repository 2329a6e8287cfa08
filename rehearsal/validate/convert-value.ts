import type { Shape } from "./service-model.ts";

/** How a list writes the pairs of a map: `Key` and `Value`, `Name` and `Value`, `TagKey` and `TagValue`. */
export function pairMembers({ members = {} }: Shape): { name: string; value: string } | undefined {
  const names = Object.keys(members);
  const name = names.find((one) => /^(?:tag)?(?:key|name)$/i.test(one));
  const value = names.find((one) => /^(?:tag)?value$/i.test(one));
  return names.length === 2 && name !== undefined && value !== undefined ? { name, value } : undefined;
}

/** A JSON text where AWS takes what it holds. */
export function readDocument({ type }: Shape, value: unknown): unknown {
  return (type === "structure" || type === "list") && typeof value === "string" && /^\s*[[{]/.test(value)
    ? JSON.parse(value)
    : value;
}

/** A value that is not of the shape's type and cannot be made so stays as it is, and is refused by the judge. */
export function scalarFor(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case "string":
      if (typeof value === "boolean") return switchWord(shape, value) ?? value;
      return typeof value === "number" ? String(value) : value;
    case "integer":
    case "long":
    case "float":
    case "double":
      return typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    default:
      return value;
  }
}

/** `ENABLED` or `Disabled`, where the service writes true and false so. */
function switchWord(shape: Shape, value: boolean): string | undefined {
  return shape.enum?.find((word) => word.toLowerCase() === (value ? "enabled" : "disabled"));
}

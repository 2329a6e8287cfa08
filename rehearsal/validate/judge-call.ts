import { closest } from "fastest-levenshtein";
import { isBlock } from "../../infra/config/config-keys.ts";
import { isMatch } from "./pattern.ts";
import { joined } from "./place-inputs.ts";
import { inputShapeOf, type ServiceModel, type Shape, shapeNamed } from "./service-model.ts";

/** A value that AWS refuses by its published model. */
export interface Refusal {
  /** Parameter, dotted, such as `Rules.0.Name`; empty for the call as a whole. */
  readonly path: string;
  /** Undefined where a required parameter is missing. */
  readonly value: unknown;
  /** What AWS asks for, as a predicate: `must be one of A, B`. */
  readonly rule: string;
}

/**
 * Judges the parameters of a call by everything that the service's model publishes: required members, types, enums,
 * lengths, ranges and patterns. botocore's own validator leaves enums, upper limits and patterns out.
 */
export function judgeCall(
  model: ServiceModel,
  operation: string,
  parameters: Readonly<Record<string, unknown>>,
): readonly Refusal[] {
  return judge({ model, shape: inputShapeOf(model, operation), value: parameters, path: "" });
}

interface Judged {
  readonly model: ServiceModel;
  readonly shape: Shape;
  readonly value: unknown;
  readonly path: string;
}

function judge(judged: Judged): Refusal[] {
  const { value, shape, path } = judged;
  const refuse = (rule: string): Refusal[] => [{ path, value, rule }];
  switch (shape.type) {
    case "structure":
      return isBlock(value) ? judgeStructure(judged, value) : refuse("must be a structure");
    case "map":
      return isBlock(value) ? judgeMap(judged, value) : refuse("must be a map");
    case "list":
      return Array.isArray(value) ? judgeList(judged, value) : refuse("must be a list");
    case "boolean":
      return typeof value === "boolean" ? [] : refuse("must be true or false");
    case "integer":
    case "long":
      return Number.isInteger(value) ? judgeSize(judged, Number(value), "") : refuse("must be a whole number");
    case "float":
    case "double":
      return typeof value === "number" ? judgeSize(judged, value, "") : refuse("must be a number");
    case "timestamp":
      return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? [] : refuse("must be a time");
    case "blob":
      return typeof value === "string"
        ? judgeSize(judged, Buffer.byteLength(value), " bytes")
        : refuse("must be a text");
    case "string":
      return typeof value === "string" ? judgeText(judged, value) : refuse("must be a text");
  }
}

function judgeStructure(judged: Judged, value: Readonly<Record<string, unknown>>): Refusal[] {
  const { model, shape, path } = judged;
  const members = shape.members ?? {};
  const missing = (shape.required ?? []).filter((name) => value[name] === undefined);
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return [
    ...missing.map((name) => ({ path: joined(path, name), value: undefined, rule: "is required and missing" })),
    ...(shape.union === true && given.length !== 1
      ? [{ path, value, rule: `must have exactly one of ${Object.keys(members).join(", ")}` }]
      : []),
    ...given.flatMap(([name, inner]) => {
      const member = members[name];
      return member === undefined
        ? [{ path: joined(path, name), value: inner, rule: "is not a parameter of this call" }]
        : judge({ model, shape: shapeNamed(model, member.shape), value: inner, path: joined(path, name) });
    }),
  ];
}

function judgeMap(judged: Judged, value: Readonly<Record<string, unknown>>): Refusal[] {
  const { model, shape, path } = judged;
  const inner = (reference: Shape["key"], of: unknown, key: string) =>
    reference === undefined
      ? []
      : judge({ model, shape: shapeNamed(model, reference.shape), value: of, path: joined(path, key) });
  return [
    ...judgeSize(judged, Object.keys(value).length, " entries"),
    ...Object.entries(value).flatMap(([key, entry]) => [
      ...inner(shape.key, key, key),
      ...inner(shape.value, entry, key),
    ]),
  ];
}

function judgeList(judged: Judged, value: readonly unknown[]): Refusal[] {
  const { model, shape, path } = judged;
  const { member } = shape;
  return [
    ...judgeSize(judged, value.length, " entries"),
    ...(member === undefined
      ? []
      : value.flatMap((entry, index) =>
          judge({ model, shape: shapeNamed(model, member.shape), value: entry, path: joined(path, String(index)) }),
        )),
  ];
}

function judgeText(judged: Judged, value: string): Refusal[] {
  const { shape, path } = judged;
  return [
    ...judgeSize(judged, [...value].length, " characters"),
    ...(shape.enum === undefined || shape.enum.includes(value)
      ? []
      : [{ path, value, rule: `must be ${oneOf(shape.enum, value)}` }]),
    ...(shape.pattern === undefined || isMatch(value, shape.pattern)
      ? []
      : [{ path, value, rule: `must match ${shape.pattern}` }]),
  ];
}

/** @param unit what is counted, with a space before it; empty for a number */
function judgeSize({ shape, value, path }: Judged, size: number, unit: string): Refusal[] {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = shape;
  const counted = unit === "" ? "" : ` and has ${size}`;
  const verb = unit === "" ? "be" : "have";
  if (size < min) return [{ path, value, rule: `must ${verb} at least ${min}${unit}${counted}` }];
  if (size > max) return [{ path, value, rule: `must ${verb} at most ${max}${unit}${counted}` }];
  return [];
}

/** More values than these are looked up on the API's page. */
const mostListed = 12;

function oneOf(values: readonly string[], value: string): string {
  if (values.length <= mostListed) return `one of ${values.join(", ")}`;
  return `one of the ${values.length} values that the API page lists, of which "${closest(value, [...values])}" is the closest`;
}

import { isBlock } from "../../infra/config/config-keys.ts";
import type { CallRule } from "./call-rule.ts";
import { pairMembers, readDocument, scalarFor } from "./convert-value.ts";
import { inputShapeOf, type ServiceModel, type Shape, shapeNamed } from "./service-model.ts";

/** An API call that the provider would make. */
export interface PlacedCall {
  readonly service: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The input that a parameter was made of, by the parameter's path. Where the table sets it, there is none. */
  readonly origins: ReadonlyMap<string, string>;
}

/** A call to be made. */
interface Placing {
  readonly call: CallRule;
  readonly model: ServiceModel;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of inputs that are not placed by name. */
  readonly unsent: ReadonlySet<string>;
  readonly sets: Readonly<Record<string, unknown>>;
}

/** A call that was made, with what became of its inputs. */
export interface Placement extends PlacedCall {
  /** Inputs that were placed whole, without places in lists. */
  readonly placed: readonly string[];
  /** Inputs that have no place in the call. */
  readonly missed: readonly string[];
}

/**
 * Makes one API call. An input finds its parameter by its name, in any case, singular or plural; the table has the
 * exceptions.
 *
 * @throws {Error} when the table names an operation or a parameter that the service's model does not have
 */
export function placeCall({ call, model, inputs, unsent, sets }: Placing): Placement {
  const { service, operation, names = {} } = call;
  const origins = new Map<string, string>();
  const placed: string[] = [];
  const missed: string[] = [];

  function structure(shape: Shape, value: Readonly<Record<string, unknown>>, parameterPath: string, inputPath: string) {
    const result: Record<string, unknown> = {};
    for (const [property, inner] of Object.entries(value)) {
      const at = joined(inputPath, property);
      const key = withoutPlaces(at);
      if (inner === undefined || unsent.has(key)) continue;
      const target = names[key] ?? memberFor(shape, property);
      if (target === undefined) {
        missed.push(...leaves(inner, key));
        continue;
      }
      if (target === ".") {
        if (isBlock(inner)) Object.assign(result, structure(shape, inner, parameterPath, at));
        continue;
      }
      const to = shapeAt(model, shape, target, call);
      const parameter = joined(parameterPath, target);
      if (!holdsBlocks(model, to)) placed.push(key);
      setAt(result, target.split("."), convert(to, inner, parameter, at));
      origins.set(parameter, at);
    }
    return result;
  }

  function convert(shape: Shape, value: unknown, parameterPath: string, inputPath: string): unknown {
    const read = readDocument(shape, value);
    if (shape.type === "structure") {
      const block = Array.isArray(read) && read.length === 1 ? read[0] : read;
      return isBlock(block) ? structure(shape, block, parameterPath, inputPath) : read;
    }
    if (shape.type === "map") {
      placed.push(withoutPlaces(inputPath));
      for (const name of isBlock(read) ? Object.keys(read) : []) {
        origins.set(joined(parameterPath, name), joined(inputPath, name));
      }
      return isBlock(read) ? mapEntries(read, (entry) => scalarFor(entryShape(model, shape.value), entry)) : read;
    }
    if (shape.type !== "list") return scalarFor(shape, read);
    const member = entryShape(model, shape.member);
    const pairs = isBlock(read) ? pairMembers(member) : undefined;
    if (isBlock(read) && pairs !== undefined) {
      placed.push(withoutPlaces(inputPath));
      return Object.entries(read).map(([name, entry], index) => {
        for (const part of [pairs.name, pairs.value]) {
          origins.set(joined(parameterPath, `${index}.${part}`), joined(inputPath, name));
        }
        return { [pairs.name]: name, [pairs.value]: entry };
      });
    }
    const entries = Array.isArray(read) ? read : [read];
    return entries.map((entry, index) => {
      const place = Array.isArray(read) ? joined(inputPath, String(index)) : inputPath;
      origins.set(joined(parameterPath, String(index)), place);
      return convert(member, entry, joined(parameterPath, String(index)), place);
    });
  }

  const parameters = structure(inputShapeOf(model, operation), inputs, "", "");
  for (const [path, value] of Object.entries(sets)) {
    if (value !== undefined) setAt(parameters, path.split("."), value);
  }
  return { service, operation, parameters, origins, placed, missed };
}

/** Whether inputs below this one find their places one by one. */
function holdsBlocks(model: ServiceModel, shape: Shape): boolean {
  return shape.type === "structure" || (shape.type === "list" && holdsBlocks(model, entryShape(model, shape.member)));
}

function memberFor({ members = {} }: Shape, property: string): string | undefined {
  const found = Object.keys(members).filter((name) => plainName(name) === plainName(property));
  if (found.length < 2) return found[0];
  const exact = found.find((name) => name.toLowerCase() === property.toLowerCase());
  if (exact === undefined) throw new Error(`${property} may be ${found.join(" or ")}. Name one in the table.`);
  return exact;
}

/** Without case, signs and plural: `PolicyNames` and `policy_name` are the same. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/ies$/, "y")
    .replace(/s$/, "");
}

function shapeAt(model: ServiceModel, from: Shape, path: string, { operation }: CallRule): Shape {
  return path.split(".").reduce((shape, part) => {
    const next = shape.type === "list" ? shape.member : shape.type === "map" ? shape.value : shape.members?.[part];
    if (next === undefined) throw new Error(`The table places an input at ${path}, which ${operation} does not have.`);
    return shapeNamed(model, next.shape);
  }, from);
}

function entryShape(model: ServiceModel, reference: Shape["member"]): Shape {
  if (reference === undefined) throw new Error(`${model.metadata.serviceId} has a list or map without entries.`);
  return shapeNamed(model, reference.shape);
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [part = "", ...rest] = path;
  if (rest.length === 0) {
    const there = target[part];
    // Two inputs that belong into one structure.
    target[part] = isBlock(there) && isBlock(value) ? { ...there, ...value } : value;
    return;
  }
  const inner = target[part] ?? (/^\d+$/.test(rest[0] ?? "") ? [] : {});
  target[part] = inner;
  setAt(inner as Record<string, unknown>, rest, value);
}

/** Paths of all values without places in lists. What is empty holds nothing that could be sent. */
export function leaves(value: unknown, path = ""): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => leaves(entry, path));
  if (isBlock(value)) return Object.entries(value).flatMap(([key, inner]) => leaves(inner, joined(path, key)));
  return [path];
}

function withoutPlaces(path: string): string {
  return path.replace(/\.\d+(?=\.|$)/g, "");
}

/** A path one step further down. What is refused finds the input that it came from by it. */
export function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function mapEntries(block: Readonly<Record<string, unknown>>, change: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(block).map(([key, value]) => [key, change(value)]));
}

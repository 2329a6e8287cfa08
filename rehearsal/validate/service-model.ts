import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";

/** One shape of a service model: a type of parameter, and what AWS publishes of its values. */
export interface Shape {
  readonly type:
    | "structure"
    | "list"
    | "map"
    | "string"
    | "blob"
    | "integer"
    | "long"
    | "float"
    | "double"
    | "boolean"
    | "timestamp";
  /** Of a structure. */
  readonly members?: Readonly<Record<string, ShapeReference>>;
  readonly required?: readonly string[];
  /** Exactly one member of the structure may be given. */
  readonly union?: boolean;
  /** Of a list. */
  readonly member?: ShapeReference;
  /** Of a map. */
  readonly key?: ShapeReference;
  readonly value?: ShapeReference;
  readonly enum?: readonly string[];
  /** Least characters of a text, bytes of a blob, entries of a list or map; least number. */
  readonly min?: number;
  readonly max?: number;
  /** A regular expression as Java writes it. */
  readonly pattern?: string;
}

interface ShapeReference {
  readonly shape: string;
}

/** What AWS publishes of one service: botocore ships it as `service-2.json`. */
export interface ServiceModel {
  readonly metadata: { readonly serviceId: string; readonly uid: string };
  readonly operations: Readonly<Record<string, { readonly input?: ShapeReference }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The published models, read when first asked for. */
export interface ServiceModels {
  /** Of botocore, such as `1.44.8`. */
  readonly version: string;
  /**
   * @param service name as botocore has it, such as `elbv2`
   * @throws {Error} for one that botocore does not have
   */
  model(service: string): ServiceModel;
}

/**
 * The service models of the botocore that is installed for a Python.
 *
 * @param python path of the virtual environment's interpreter
 * @throws {Error} when no botocore is installed there
 */
export function openServiceModels(python: string): ServiceModels {
  const { folder, version } = findBotocore(join(dirname(python), "..", "lib"));
  const read = new Map<string, ServiceModel>();
  return {
    version,
    model(service) {
      const known = read.get(service) ?? readModel(folder, service);
      read.set(service, known);
      return known;
    },
  };
}

function findBotocore(libraries: string): { folder: string; version: string } {
  for (const python of readdirSync(libraries)) {
    const packages = join(libraries, python, "site-packages");
    const installed = readdirSync(packages).map((name) => /^botocore-(.+)\.dist-info$/.exec(name)?.[1]);
    const version = installed.find((one) => one !== undefined);
    if (version !== undefined) return { folder: join(packages, "botocore", "data"), version };
  }
  throw new Error(`botocore is not installed in ${libraries}. Remove .cache/moto-* and run this again.`);
}

function readModel(folder: string, service: string): ServiceModel {
  const [newest] = readdirSync(join(folder, service)).sort().reverse();
  if (newest === undefined) throw new Error(`botocore has no model of ${service}.`);
  return JSON.parse(gunzipSync(readFileSync(join(folder, service, newest, "service-2.json.gz"))).toString("utf8"));
}

/**
 * The shape of an operation's parameters.
 *
 * @throws {Error} for an operation that the service does not have, or that takes no parameters
 */
export function inputShapeOf(model: ServiceModel, operation: string): Shape {
  const name = model.operations[operation]?.input?.shape;
  if (name === undefined) throw new Error(`${model.metadata.serviceId} has no operation ${operation} with parameters.`);
  return shapeNamed(model, name);
}

export function shapeNamed(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`${model.metadata.serviceId} has no shape ${name}.`);
  return shape;
}

import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** A request as the description judges it. */
export interface DescribedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly schema: object;
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: object } } };
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly "application/json": { readonly schema: object } } }>
  >;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const description = JSON.parse(readFileSync(new URL("vercel-api.json", import.meta.url), "utf8")) as Description;
const ajv = new Ajv2020({ allErrors: true, strict: false });
ajv.addSchema({ $id: "vercel", components: description.components });
const compiled = new Map<object, ValidateFunction>();

/** What a value breaks of a schema of the description; empty where nothing. */
function judge(schema: object, value: unknown): readonly string[] {
  const text = JSON.stringify(schema).replaceAll('"#/components', '"vercel#/components');
  const validate = compiled.get(schema) ?? ajv.compile(JSON.parse(text) as object);
  compiled.set(schema, validate);
  return validate(value) ? [] : [ajv.errorsText(validate.errors)];
}

/** An operation of the description, and the parts of its path. */
export interface FoundOperation {
  readonly id: string;
  readonly parts: Readonly<Record<string, string>>;
  /** What the request breaks; empty where nothing. */
  readonly problems: readonly string[];
  /** Holds an answer against the description. */
  readonly judgeAnswer: (status: number, body: unknown) => readonly string[];
}

/** Finds a request's operation. @returns undefined where the description has none */
export function findOperation({ method, path, query, body }: DescribedRequest): FoundOperation | undefined {
  for (const [template, operations] of Object.entries(description.paths)) {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const match = new RegExp(`^${template.replaceAll(/\{\w+\}/g, "([^/]+)")}$`).exec(path);
    const operation = operations[method.toLowerCase()];
    if (match === null || operation === undefined) continue;
    const parts = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
    const known = operation.parameters.filter((parameter) => parameter.in === "query");
    const sent = operation.requestBody?.content["application/json"].schema;
    return {
      id: operation.operationId,
      parts,
      problems: [
        ...Object.keys(query).filter((name) => !known.some((parameter) => parameter.name === name)),
        ...known.flatMap(({ name, required, schema }) => {
          const value = query[name];
          if (value === undefined) return required ? [`${name} is missing`] : [];
          return judge(schema, value);
        }),
        ...(sent === undefined ? [] : judge(sent, body)),
      ],
      judgeAnswer: (status, answer) => {
        const response = operation.responses[String(status)] ?? operation.responses["default"];
        const schema = response?.content?.["application/json"].schema;
        if (schema === undefined) return answer === undefined ? [] : ["the answer has a body"];
        return judge(schema, answer);
      },
    };
  }
  return undefined;
}

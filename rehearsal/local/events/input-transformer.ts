import type { CloudEvent } from "./alarm-event.ts";

/** How an event target makes its input of an event. */
export interface InputTransformer {
  /** Paths into the event by the names that the template uses. */
  readonly inputPaths: Readonly<Record<string, string>>;
  /** JSON with `<name>` where a value goes. */
  readonly inputTemplate: string;
}

const plainPath = /^\$(\.[A-Za-z_][A-Za-z0-9_-]*)+$/;

/**
 * The input that a target is given for an event. A placeholder stands for a whole JSON value: EventBridge puts a text in
 * with its quotation marks.
 *
 * @throws {Error} naming a path or a placeholder that is not understood or leads nowhere, and a result that is no JSON
 * @see EventBridge User Guide, "Amazon EventBridge input transformation"
 */
export function transformInput({ inputPaths, inputTemplate }: InputTransformer, event: CloudEvent): unknown {
  const input = inputTemplate.replace(/<([A-Za-z0-9_.-]+)>/g, (placeholder, name: string) => {
    const path = inputPaths[name];
    if (path === undefined) throw new Error(`The template names ${placeholder}, which no input path defines.`);
    return JSON.stringify(valueAt(path, event));
  });
  try {
    return JSON.parse(input);
  } catch {
    throw new Error(
      `The template ${inputTemplate} makes ${input} of the event, which is no JSON: a placeholder inside quotation marks is not modelled.`,
    );
  }
}

function valueAt(path: string, event: CloudEvent): unknown {
  if (!plainPath.test(path))
    throw new Error(`The input path ${path} is more than names and dots, which is not modelled.`);
  let value: unknown = event;
  for (const name of path.split(".").slice(1)) {
    value =
      typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  }
  if (value === undefined) throw new Error(`The input path ${path} leads nowhere in the event.`);
  return value;
}

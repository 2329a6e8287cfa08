import type { InputTransformer } from "@aws-sdk/client-eventbridge";
import type { AwsEvent } from "./alarm-event.ts";

/**
 * The input that EventBridge makes for a target of an event: each `<name>` of the template becomes the value at its path,
 * as JSON, so that a text stands in quotes. moto's own evaluation leaves the quotes out, and what comes is no JSON.
 *
 * @see Amazon EventBridge User Guide, "Amazon EventBridge input transformation"
 * @throws {Error} for a name without a path or a path that leads nowhere
 */
export function transformEvent({ InputPathsMap, InputTemplate = "" }: InputTransformer, event: AwsEvent): string {
  return InputTemplate.replace(/<(\w+)>/g, (_, name: string) => {
    const path = InputPathsMap?.[name];
    const steps = path?.split(".").slice(1) ?? [];
    const value = steps.reduce<unknown>((part, step) => (part as Record<string, unknown> | undefined)?.[step], event);
    if (path === undefined || value === undefined) throw new Error(`<${name}> of the template leads nowhere: ${path}.`);
    return JSON.stringify(value);
  });
}

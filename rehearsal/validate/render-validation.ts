import { hiddenValue } from "../../infra/config/problems/config-error.ts";
import type { PlannedResource } from "../plan/planned-resource.ts";
import type { Validation, Violation } from "./validate-resources.ts";

/** Longer values are cut. */
const mostShown = 120;

/**
 * A line for each thing that AWS would refuse or that nobody judged: resource, property, value, the rule, the call and
 * its page. No secret is shown.
 *
 * @param where the stage
 */
export function renderProblems(where: string, validation: Validation): readonly string[] {
  return [
    ...validation.violations.map((violation) => `${where} ${renderViolation(violation)}`),
    ...validation.uncoveredTypes.map(
      (type) =>
        `${where} ${type}: not judged, because no API call is known for this type. Add it to rehearsal/validate/table.`,
    ),
    ...validation.unplacedInputs.map(
      (input) =>
        `${where} ${input}: not judged, because no API call is known to send this input. Name its parameter in rehearsal/validate/table, or add it to "unsent" there with the reason.`,
    ),
  ];
}

function renderViolation({ resource, property, call, path, value, rule, page }: Violation): string {
  const subject = `${resource.type} ${resource.name}`;
  const parameter = `${call.operation} ${path}`;
  const what = property === undefined ? parameter : `${property} (${parameter})`;
  return `${subject}: ${what} ${rule}.${value === undefined ? "" : ` It is ${show(value, resource)}.`} ${page}`;
}

/** A text that someone else wrote of a resource, without any secret of it. */
export function hideSecrets(text: string, resource: PlannedResource): string {
  return secretTexts(resource).reduce((shown, secret) => shown.replaceAll(secret, hiddenValue), text);
}

function show(value: unknown, resource: PlannedResource): string {
  const text = JSON.stringify(value);
  if (secretTexts(resource).some((secret) => text.includes(secret))) return hiddenValue;
  return text.length > mostShown ? `${text.slice(0, mostShown)}… (cut)` : text;
}

/** Every secret of a resource as it would stand within JSON. */
function secretTexts({ inputs, outputs, secretPaths }: PlannedResource): string[] {
  return [inputs, outputs].flatMap((properties) =>
    secretPaths.flatMap((path) =>
      scalars(path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], properties)),
    ),
  );
}

function scalars(value: unknown): string[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value === "object") return Object.values(value).flatMap(scalars);
  const quoted = JSON.stringify(String(value));
  return [quoted.slice(1, -1)];
}

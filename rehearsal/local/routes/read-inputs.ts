import type { z } from "zod";
import type { PlannedResource } from "../../plan/planned-resource.ts";

/**
 * Reads a planned resource's inputs by a schema that names all that the local model knows.
 *
 * @throws {Error} naming the resource and each input that the model does not know
 */
export function readInputs<Schema extends z.ZodType>(resource: PlannedResource, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(resource.inputs);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "inputs"}: ${issue.message}`);
  throw new Error(
    `${resource.type} "${resource.name}" is planned in a way that the rehearsal does not model: ${problems.join("; ")}. ` +
      "Teach the model in rehearsal/local before trusting the rehearsal.",
  );
}

import type { z } from "zod";
import { ServiceError } from "./service-error.ts";

/** Answers one action of an AWS service, or refuses as the service would. */
export type ServiceAction = (parameters: unknown) => unknown;

/** Stand-ins for AWS services by action as Step Functions names it, such as `ssm:getParameter`. */
export type ServiceActions = Readonly<Record<string, ServiceAction>>;

/**
 * An action whose parameters are checked first.
 *
 * @param service as Step Functions names it in errors, such as `Ssm`
 * @param schema everything that the stand-in knows; a parameter that it would have to ignore is refused
 */
export function serviceAction<Schema extends z.ZodType>(
  service: string,
  schema: Schema,
  answer: (parameters: z.output<Schema>) => unknown,
): ServiceAction {
  return (parameters) => {
    const read = schema.safeParse(parameters);
    if (read.success) return answer(read.data);
    const problems = read.error.issues.map(({ path, message }) => `${path.join(".") || "parameters"}: ${message}`);
    throw new ServiceError(`${service}.ValidationException`, problems.join("; "));
  };
}

import { z } from "zod";
import { type ServiceActions, serviceAction } from "./service-actions.ts";
import { ServiceError } from "./service-error.ts";

const service = "Ssm";

const getParameters = z.strictObject({ Name: z.string().min(1) });

/** Limits: Systems Manager API Reference, "PutParameter"; a standard parameter holds 4 KB. */
const putParameters = z.strictObject({
  Name: z.string().min(1),
  Type: z.literal("String"),
  Overwrite: z.boolean(),
  Value: z.string().min(1).max(4096),
});

/** GetParameter and PutParameter on a store that the rehearsal sees. @param store values by name */
export function parameterActions(store: Map<string, string>): ServiceActions {
  return {
    "ssm:getParameter": serviceAction(service, getParameters, ({ Name }) => {
      const value = store.get(Name);
      if (value === undefined) throw new ServiceError(`${service}.ParameterNotFoundException`, `no parameter ${Name}`);
      return { Parameter: { Name, Type: "String", Value: value } };
    }),
    "ssm:putParameter": serviceAction(service, putParameters, ({ Name, Overwrite, Value }) => {
      if (store.has(Name) && !Overwrite) {
        throw new ServiceError(`${service}.ParameterAlreadyExistsException`, `the parameter ${Name} exists`);
      }
      store.set(Name, Value);
      return { Tier: "Standard" };
    }),
  };
}

import type { CallTable } from "../call-rule.ts";
import { balancerCalls } from "./balancer.ts";
import { dataCalls } from "./data.ts";
import { networkCalls } from "./network.ts";
import { serviceCalls } from "./service.ts";
import { watchingCalls } from "./watching.ts";

/** Every AWS type that the program plans. */
export const callTable: CallTable = {
  ...networkCalls,
  ...balancerCalls,
  ...serviceCalls,
  ...dataCalls,
  ...watchingCalls,
};

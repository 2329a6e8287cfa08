import type { Compared, ResponseTimes } from "../gate/gate-input.ts";
import type { RequestCounts } from "../gate/tails.ts";

/** What a load balancer counted for both colours over one closed window. */
export interface MeasuredRequests {
  readonly counts: Compared<RequestCounts>;
  readonly responseTimes: Compared<ResponseTimes>;
}

/** Nothing was counted, because no whole minute has passed. */
export const nothingMeasured: MeasuredRequests = {
  counts: { candidate: { requests: 0, errors: 0 }, live: { requests: 0, errors: 0 } },
  responseTimes: { candidate: {}, live: {} },
};

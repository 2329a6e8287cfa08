import { certificateMinutes, type StageMinute } from "../stage-minute.ts";
import { type Fault, type FaultSettings, lasting, quietTraffic } from "./fault.ts";

/** So many days are enough for somebody to be on holiday, and to make three updates on different days. */
const noticeDays = 60;

/** Where nothing is reported, CloudWatch looks back for two periods of 15 minutes more. */
const lookedBackMinutes = 46;

/** The faults of what Cloudflare presents to the load balancer, where it presents anything. */
export function originFaults({ config, steps }: FaultSettings): readonly Fault[] {
  const { originPulls } = config.dns;
  if (originPulls === undefined || originPulls.mode === "off") return [];
  const traffic = quietTraffic("green", steps[0]?.weightPercent ?? 100);
  const expiring = originPulls.authorities.map(
    (authority): Fault => ({
      alarm: `origin-client-${authority}-expiry`,
      what: `the certificate that Cloudflare presents ends in ${noticeDays - 1} days`,
      traffic,
      happens: withDays(noticeDays - 1),
      withinMinutes: certificateMinutes,
      harmless: [{ what: `it ends in ${noticeDays} days`, happens: withDays(noticeDays) }],
    }),
  );
  return originPulls.mode === "verify" ? [...expiring, handshakes(config.alerts.minimumErrors)] : expiring;

  function handshakes(count: number): Fault {
    return {
      alarm: "origin-handshakes",
      what: `the load balancer refuses ${count} connections of Cloudflare`,
      traffic,
      happens: lasting(1, withHandshakes(count)),
      withinMinutes: 1,
      overMinutes: lookedBackMinutes,
      harmless: [
        {
          what: `${count - 1} in each 15 min`,
          happens: (healthy, minute) => (minute % 15 === 0 ? withHandshakes(count - 1)(healthy) : healthy),
        },
      ],
    };
  }
}

function withDays(days: number) {
  return (healthy: StageMinute): StageMinute =>
    healthy.certificateDays === null ? healthy : { ...healthy, certificateDays: days };
}

function withHandshakes(failedHandshakes: number) {
  return (healthy: StageMinute): StageMinute => ({ ...healthy, balancer: { ...healthy.balancer, failedHandshakes } });
}

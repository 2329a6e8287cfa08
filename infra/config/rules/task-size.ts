import type { ConfigRule } from "./config-rule.ts";

interface Offer {
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
}

/** Memory in MiB that Fargate offers with each CPU size (Amazon ECS Developer Guide, "Task CPU and memory"). */
const offers: Readonly<Record<number, Offer>> = {
  256: { minimum: 512, maximum: 2048, step: 512 },
  512: { minimum: 1024, maximum: 4096, step: 1024 },
  1024: { minimum: 2048, maximum: 8192, step: 1024 },
  2048: { minimum: 4096, maximum: 16_384, step: 1024 },
  4096: { minimum: 8192, maximum: 30_720, step: 1024 },
};

function isOffered(cpuUnits: number, memoryMib: number, { minimum, maximum, step }: Offer): boolean {
  // The smallest CPU size comes with 512, 1024 and 2048 MiB, though its step would allow 1536.
  if (cpuUnits === 256 && memoryMib === 1536) return false;
  return memoryMib >= minimum && memoryMib <= maximum && memoryMib % step === 0;
}

/** The smallest offered memory that is no less than what was asked for. */
function nextOffered(cpuUnits: number, memoryMib: number, offer: Offer): number {
  const rounded = Math.min(offer.maximum, Math.max(offer.minimum, Math.ceil(memoryMib / offer.step) * offer.step));
  return isOffered(cpuUnits, rounded, offer) ? rounded : rounded + offer.step;
}

/** A task has a size that Fargate offers: another is refused when the service is made, after half the stack stands. */
export const taskSize: ConfigRule = ({ api }) => {
  const { cpuUnits, memoryMib } = api ?? {};
  const offer = cpuUnits === undefined ? undefined : offers[cpuUnits];
  if (cpuUnits === undefined || memoryMib === undefined || offer === undefined) return [];
  if (isOffered(cpuUnits, memoryMib, offer)) return [];
  const { minimum, maximum, step } = offer;
  const sizes = cpuUnits === 256 ? "512, 1024 or 2048" : `${minimum} to ${maximum} in steps of ${step}`;
  const rule = `with ${cpuUnits} cpuUnits Fargate offers ${sizes} MiB`;
  return [{ path: ["api", "memoryMib"], rule, fix: { set: nextOffered(cpuUnits, memoryMib, offer) } }];
};

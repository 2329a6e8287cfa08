import { formatInstant } from "../instant.ts";
import { moveKind } from "../move.ts";
import { loweringIsAllowed, type Rule } from "../refusal.ts";
import { freezeWindowAt } from "../schedule.ts";

/** No weight rises inside a freeze window. */
export const freeze: Rule = (move) => {
  const { schedule, now, wanted } = move;
  if (moveKind(move) !== "up") return undefined;
  const window = freezeWindowAt(schedule, now);
  if (window === undefined) return undefined;
  const until = formatInstant(new Date(window.until), now);
  return {
    rule: "freeze",
    message: `candidateWeight is ${wanted.weightPercent} but no weight may rise until ${until}: ${window.reason}. Wait until then, or take the window out of rollout.freezeWindows. ${loweringIsAllowed}`,
    overridable: false,
  };
};

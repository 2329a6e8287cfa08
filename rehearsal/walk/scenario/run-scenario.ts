import { scheduleOf } from "../../../infra/rollout/wanted.ts";
import { bakeSecondsAt } from "../../../rollout/schedule.ts";
import { isLost } from "../../local/load/request.ts";
import { accountRows } from "../../local/load/tally.ts";
import type { StartedExecution } from "../../local/rollback/automatic-rollback.ts";
import type { Check, ScenarioReport } from "../../report/report-schema.ts";
import { alarmWords, roleWords } from "./alarm-words.ts";
import { type AskedOutcome, askPromote, askReturn, askStep } from "./ask-move.ts";
import { Day } from "./scenario-day.ts";
import { firstFaultMinute } from "./scenario-faults.ts";
import { candidatePercent, type ScenarioWorld } from "./scenario-world.ts";

/** What happened in a scenario. */
export interface ScenarioOutcome {
  /** Null where no move was asked for. */
  readonly asked: AskedOutcome | null;
  /** What came of the return that was asked for after a promote. Null where none was. */
  readonly askedReturn: AskedOutcome | null;
  readonly alarms: readonly string[];
  /** Who returned the traffic, and how many minutes after the first fault. */
  readonly returned: { readonly by: StartedExecution["startedBy"]; readonly minutes: number } | null;
  readonly requests: number;
  readonly failed: number;
  readonly notices: readonly string[];
  readonly webSockets: { readonly opened: number; readonly kept: number };
  /** Its minutes, on the turned clock. */
  readonly timeline: ScenarioReport["timeline"];
  /** What holds in every scenario. */
  readonly checks: readonly Check[];
}

/** Once the traffic was returned, nothing that matters for the move can still be shown. */
const askMinutesAfterReturn = 5;

/** Runs a scenario to its end. */
export async function runScenario(world: ScenarioWorld, onMinute: (minute: number) => void): Promise<ScenarioOutcome> {
  const { config, program, rollback, scenario, traffic } = world;
  const { ask, faults, goesOn } = scenario;
  const askAt = ask.after ?? bakeSecondsAt(scheduleOf(config.rollout), program.plan.record.weightPercent) / 60;
  const opened = await webSocketColours(world);
  const alarms = new Set<string>();
  const checks: Check[] = [];
  const timeline: ScenarioReport["timeline"][number][] = [];
  let asked: AskedOutcome | null = null;
  let askedReturn: AskedOutcome | null = null;
  let returnAt = Number.POSITIVE_INFINITY;
  let changesSeen = 0;
  let returned: ScenarioOutcome["returned"] = null;
  let returnedAt = Number.POSITIVE_INFINITY;
  let end = askAt + goesOn;
  const isDue = () => world.minute >= Math.min(askAt, ask.after ?? returnedAt + askMinutesAfterReturn);
  const day = new Day(world);
  for (let isAsked = false; world.minute < end; ) {
    if (!isAsked && isDue()) {
      isAsked = true;
      end = world.minute + goesOn;
      if (ask.move === "step" || ask.move === "promote") {
        const { outcome, checks: ofMove } = ask.move === "step" ? await askStep(world) : await askPromote(world);
        asked = outcome;
        checks.push(...ofMove);
        if (ask.returnAfter !== undefined && outcome.move === "accepted") {
          returnAt = world.minute + ask.returnAfter;
          end = returnAt + goesOn;
        }
      }
      if (end <= world.minute) break;
    }
    if (askedReturn === null && world.minute >= returnAt) {
      const { outcome, checks: ofMove } = await askReturn(world);
      askedReturn = outcome;
      checks.push(...ofMove);
    }
    const before = await candidatePercent(world);
    const sentBefore = traffic.records.length;
    const byHand = ask.move === "rollback" && isAsked && end === world.minute + goesOn ? 2 : 0;
    await day.passMinute(byHand);
    const now = program.now.getTime();
    // By the roles of now: a promote changes them.
    const words = alarmWords(world);
    for (const name of firingAt(world, words, now)) alarms.add(name);
    for (const name of firedComposites(world, words, changesSeen)) alarms.add(name);
    changesSeen = rollback.changes.length;
    const percent = await candidatePercent(world);
    const ended = traffic.records.slice(sentBefore);
    timeline.push({
      minute: world.minute,
      candidatePercent: percent,
      requests: ended.length,
      ofCandidate: ended.filter(({ chosen }) => chosen === program.candidate).length,
      failed: ended.filter(isLost).length,
    });
    if (returned === null && before > 0 && percent === 0) {
      const by = rollback.executions.findLast(({ calls }) => calls.some(movesTraffic))?.startedBy ?? "hand";
      returned = { by, minutes: world.minute - firstFaultMinute(faults) };
      returnedAt = world.minute;
    }
    onMinute(world.minute);
  }
  const closed = await webSocketColours(world);
  const kept = opened.filter((colour, index) => colour !== undefined && colour === closed[index]).length;
  return {
    asked,
    askedReturn,
    alarms: [...alarms].sort(),
    returned,
    requests: traffic.records.length,
    failed: traffic.records.filter(isLost).length,
    notices: rollback.notices.map(({ subject }) => subject),
    webSockets: { opened: opened.length, kept },
    timeline,
    checks: [...checks, ...(await closingChecks(world))],
  };
}

const movesTraffic = ({ action, error }: StartedExecution["calls"][number]) =>
  action.endsWith(":modifyRule") && error === undefined;

function firingAt({ alarms }: ScenarioWorld, words: ReadonlyMap<string, string>, at: number): readonly string[] {
  const states = alarms.statesAt(at, [...words.keys()]);
  return [...words].flatMap(([name, word]) => (states[name] === "ALARM" ? [word] : []));
}

/**
 * The machine returns the traffic in the minute in which an alarm goes off, and may so end it within that minute.
 *
 * @param from how many changes were seen before
 */
function firedComposites(world: ScenarioWorld, words: ReadonlyMap<string, string>, from: number): readonly string[] {
  const watched = new Set(words.values());
  return world.rollback.changes
    .slice(from)
    .filter(({ to }) => to === "ALARM")
    .flatMap(({ name, firing }) => [name, ...firing].map((one) => roleWords(one, world)))
    .filter((word) => watched.has(word));
}

async function webSocketColours({ webSockets }: ScenarioWorld): Promise<readonly (string | undefined)[]> {
  return await Promise.all(webSockets.map((probe) => probe.echo()));
}

async function closingChecks({ database, fleet, traffic }: ScenarioWorld): Promise<readonly Check[]> {
  // Their connections may be all that the database has.
  await fleet.stop();
  const { acknowledged, lost } = accountRows(traffic.records, await database.storedIds());
  return [
    {
      what: "no acknowledged row is lost (guide C4)",
      held: lost.length === 0 && acknowledged > 0,
      found: `${lost.length} of ${acknowledged}`,
    },
  ];
}

import { nextInOfficeHours } from "../../rollout/office-hours.ts";
import { isSameSplit, weightsByColour } from "../../rollout/split.ts";
import { formatInstant } from "../../rollout/time.ts";
import { type CommandOutcome, RefusedError } from "../outcome.ts";
import { tagsOf, unlabelledImages } from "../release-names.ts";
import { type ProposalName, proposalBody, proposalName } from "../reports/proposal.ts";
import { describeStage, type StageDescription } from "../reports/status-report.ts";
import { readSnapshot, type Standing } from "../snapshot.ts";
import { editStackFile } from "../stack-file/edit.ts";
import type { RolloutWorld } from "../world.ts";
import { nextStep, promotion } from "./asked-move.ts";
import { type AskedMove, prepareMove } from "./decide.ts";
import { tryMove } from "./take-move.ts";

/** What is asked for. */
export interface ProposalRequest {
  /** Whether nobody is asked, and nothing proposed, outside of `rollout.officeHours`. */
  readonly inOfficeHours: boolean;
  /** Whether the stack file is edited where there is something to propose. */
  readonly write: boolean;
}

/**
 * What comes next, for a pull request whose merge takes it:
 * - `proposed`: the rules and the gate let it pass. An open pull request of another move is out of date.
 * - `waits`: this move comes next, and not yet. An open pull request of it may stay open.
 * - `nothing`: no move can be proposed; whatever is open is out of date.
 * - `outside office hours`: nobody was asked.
 */
type Proposal =
  | (ProposalName & { readonly outcome: "proposed"; readonly file: string; readonly body: string })
  | (ProposalName & { readonly outcome: "waits"; readonly why: readonly string[] })
  | { readonly outcome: "nothing"; readonly branch: null; readonly why: readonly string[] }
  | { readonly outcome: "outside office hours"; readonly opensAt: string };

/**
 * Looks whether the next move may be taken, and writes the text of the pull request that takes it. It edits the one number, and
 * deploys nothing.
 *
 * After a rollback that moved the traffic without the stack file, it proposes the weight 0 that the file does not have yet.
 */
export async function proposeMove(world: RolloutWorld, request: ProposalRequest): Promise<CommandOutcome> {
  const { rollout, timeZone } = world.stackFile.readConfig();
  const now = world.now();
  const opensAt = nextInOfficeHours(rollout.officeHours, timeZone, now);
  if (request.inOfficeHours && opensAt > now) {
    return {
      exitCode: 3,
      text: `Nobody was asked: it is outside of the office hours (rollout.officeHours). They begin ${formatInstant(opensAt, { now, timeZone })}.`,
      json: { outcome: "outside office hours", opensAt: opensAt.toISOString() } satisfies Proposal,
    };
  }
  const snapshot = await readSnapshot(world);
  const described = describeStage(world.stage, snapshot, await tagsOf(snapshot.aws, unlabelledImages(snapshot.record)));
  const move = moveOf(snapshot, described);
  if (move === undefined) return nothingToPropose(described);
  const name = proposalName(described, move);
  const objections = move.action === "apply" ? [] : [...described.refusals, ...gateObjections(described)];
  if (objections.length > 0) return waits(name, objections);
  try {
    const asked = complete(snapshot, move);
    const body = proposalBody(described, asked, await tryMove(world, snapshot, asked));
    return await proposed(world, request, { ...name, body }, asked);
  } catch (error) {
    if (error instanceof RefusedError) return waits(name, error.problems);
    throw error;
  }
}

async function proposed(
  { stackFile }: RolloutWorld,
  { write }: ProposalRequest,
  text: ProposalName & { readonly body: string },
  { edit }: AskedMove,
): Promise<CommandOutcome> {
  if (write) await stackFile.write(editStackFile(await stackFile.read(), edit));
  const done = write ? `${stackFile.name} was edited.` : `Nothing was edited: --write edits ${stackFile.name}.`;
  return {
    exitCode: 0,
    text: [text.title, "", text.body, "", done].join("\n"),
    json: { outcome: "proposed", ...text, file: stackFile.name } satisfies Proposal,
  };
}

/** The move that comes next, before anybody has judged it. Undefined where a person has to do something else first. */
function moveOf(standing: Standing, { next, drift }: StageDescription): Omit<AskedMove, "reason"> | undefined {
  const { stage, record, split, latch, config } = standing;
  if (next.kind === "step" && next.command !== null && !drift) return nextStep(standing, stage);
  if (next.kind === "promote" && next.command !== null && !drift) return promotion(standing, stage);
  const isReturned = latch.state === "set" && isSameSplit(split, weightsByColour(record.liveColour, 0));
  if (!isReturned || config.candidateWeight === 0 || config.liveColour !== record.liveColour) return undefined;
  return {
    action: "apply",
    name: "The record of the rollback",
    to: { liveColour: record.liveColour, weightPercent: 0 },
    edit: { candidateWeight: 0 },
    judgePlan: () => [],
  };
}

/** @throws {RefusedError} for a change in the stack file that must not be overwritten */
function complete(standing: Standing, move: Omit<AskedMove, "reason">): AskedMove {
  return move.action === "apply" ? { ...move, reason: null } : prepareMove(standing, move, undefined);
}

function gateObjections({ gate }: StageDescription): readonly string[] {
  return gate.verdict === "pass"
    ? []
    : gate.findings
        .filter(({ verdict }) => verdict === "fail" || verdict === "not enough data")
        .map(({ sentence }) => sentence);
}

function waits(name: ProposalName, why: readonly string[]): CommandOutcome {
  return {
    exitCode: 3,
    text: [`Not yet: ${name.title}.`, ...why.map((one) => `- ${one}`)].join("\n"),
    json: { outcome: "waits", ...name, why } satisfies Proposal,
  };
}

/** Where somebody has to act because of what was found, it is a failure; a rollout that nobody has begun is none. */
function nothingToPropose({ next, refusals }: StageDescription): CommandOutcome {
  const why = [next.why, ...refusals, ...(next.command === null ? [] : [next.command])];
  const isQuiet = next.kind === "new release" || next.kind === "apply";
  return {
    exitCode: isQuiet ? 3 : 1,
    text: ["There is nothing to propose.", ...why.map((one) => `- ${one}`)].join("\n"),
    json: { outcome: "nothing", branch: null, why } satisfies Proposal,
  };
}

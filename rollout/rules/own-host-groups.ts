import { askedFor, type Move, moveKind, type Refusal } from "../move.ts";

/**
 * The candidate's own host gets its target groups at weight 0. Each colour's service registers its tasks in them, and ECS
 * replaces all tasks of both colours for that: what a step has shown would no longer hold.
 *
 * All traffic to live is never refused for it. The tasks are replaced then too, one after the other, while the old ones serve
 * until the new ones are healthy.
 */
export function ownHostGroups(move: Move): Refusal | undefined {
  const { previous, wanted, hasOwnHostGroups = true } = move;
  const isAtZero = wanted.weightPercent === 0 && moveKind(move) !== "promote";
  if (previous === null || hasOwnHostGroups || isAtZero) return undefined;
  return {
    rule: "own host",
    message: `${askedFor(move)} This version gives the candidate's own host target groups of its own, and the deployed stack has none. ECS replaces all tasks of both colours when their services get them, so that is done at weight 0 only. Finish this rollout with the version that is deployed, or set candidateWeight to 0. Then run npx pulumi up --stack <stage> at weight 0, before the next step; docs/runbook.md, Own target groups for the candidate's host.`,
    allowance: null,
  };
}

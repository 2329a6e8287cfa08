import { oneOffTasks } from "../../rollout/one-off-task.ts";
import { commonOptions, rolloutCommand } from "./shared/rollout-command.ts";

/** `task`: migrations, integrity checks and seed data. */
export const task = rolloutCommand({
  name: "task",
  description: "Run a one-off task to its end: migrations, integrity checks, seed data. Run again, it joins what runs.",
  options: {
    ...commonOptions,
    run: {
      type: "enum",
      options: [...oneOffTasks],
      required: true,
      description:
        "migrate: alembic upgrade head (guide S2, P4). integrity: checks that only read (P4, C4). seed: made-up data, staging only (S3).",
    },
    kind: {
      type: "enum",
      options: ["expand", "contract"],
      description:
        "Of a migration. expand adds what the old version ignores, and runs at weight 0; contract takes away what only the old version used, and runs when that cannot come back.",
    },
    colour: {
      type: "enum",
      options: ["blue", "green"],
      description:
        "The colour whose image it runs from. Default: the candidate where it has a release, else the live one.",
    },
  },
  problemOf({ run, kind }) {
    if (run === "migrate" && kind === undefined) return "--kind is missing. A migration is expand or contract.";
    if (run !== "migrate" && kind !== undefined)
      return `--kind is ${kind} and --run is ${run}. Only migrate has a kind.`;
    return undefined;
  },
  examples: [
    {
      line: "npm run rollout -- task --stage production --run migrate --kind expand",
      purpose: "Before the first step, at weight 0, from the candidate's image.",
    },
    {
      line: "npm run rollout -- task --stage production --run migrate --kind contract",
      purpose: "After promote, once the old version cannot be returned to.",
    },
    {
      line: "npm run rollout -- task --stage production --run integrity --colour blue",
      purpose: "The checks of blue's image: after a restore, after 100 %. A set latch does not keep it from running.",
    },
    { line: "npm run rollout -- task --stage staging --run seed", purpose: "Made-up couples and invoices." },
  ],
  async run({ args: { stage, run, kind, colour }, openWorld }) {
    const [{ runTask }, { renderTask }] = await Promise.all([
      import("../moves/run-task.ts"),
      import("./task/render-task.ts"),
    ]);
    const result = await runTask(await openWorld(stage), { run, kind, colour });
    const { outcome } = result.evidence;
    return { exitCode: outcome === "done" ? 0 : 1, text: renderTask(result), json: { outcome, ...result } };
  },
});

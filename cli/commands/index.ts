import { buildRouteMap, type Command } from "@stricli/core";
import { runProgram, type Terminal } from "../program.ts";
import { acceptance } from "./acceptance.ts";
import { advance } from "./advance.ts";
import { apply } from "./apply.ts";
import { check } from "./check.ts";
import { checkMigration } from "./check-migration.ts";
import { type OpenWorld, programName, type RolloutContext } from "./command.ts";
import { cutOver } from "./cut-over.ts";
import { databaseRoles } from "./database-roles.ts";
import { doctor } from "./doctor.ts";
import { forecast } from "./forecast.ts";
import { frontend } from "./frontend.ts";
import { history } from "./history.ts";
import { image } from "./image.ts";
import { integrity } from "./integrity.ts";
import { notice } from "./notice.ts";
import { planRelease } from "./plan-release.ts";
import { promote } from "./promote.ts";
import { propose } from "./propose.ts";
import { report } from "./report.ts";
import { restore } from "./restore.ts";
import { resume } from "./resume.ts";
import { retire } from "./retire.ts";
import { rollback } from "./rollback.ts";
import { rotate } from "./rotate.ts";
import { set } from "./set.ts";
import { stageRelease } from "./stage-release.ts";
import { status } from "./status.ts";
import { task } from "./task.ts";
import { tell } from "./tell.ts";
import { tunnel } from "./tunnel.ts";
import { verify } from "./verify.ts";

/** All commands by name, in the order in which help lists them. */
export const commands: Readonly<Record<string, Command<RolloutContext>>> = {
  status,
  check,
  forecast,
  "plan-release": planRelease,
  propose,
  advance,
  apply,
  rollback,
  resume,
  promote,
  frontend,
  retire,
  "check-migration": checkMigration,
  task,
  integrity,
  set,
  image,
  "stage-release": stageRelease,
  rotate,
  "cut-over": cutOver,
  history,
  report,
  tunnel,
  "database-roles": databaseRoles,
  notice,
  tell,
  restore,
  doctor,
  verify,
  acceptance,
};

/**
 * Runs one command of the CLI.
 *
 * @param words the command's name and its flags
 * @param openWorld what commands work with
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong use, 3 not enough data
 */
export async function runRollout(words: readonly string[], terminal: Terminal, openWorld: OpenWorld): Promise<number> {
  return await runProgram({
    name: programName,
    root: buildRouteMap({ routes: commands, docs: { brief: "Operate the rollout of a stage." } }),
    words,
    terminal,
    context: (process) => ({
      process,
      openWorld,
      command: words[0] ?? "",
      screen: { isTerminal: terminal.stdout.isTTY === true, write: (text) => process.stdout.write(text) },
      printDocument: (document) => terminal.stdout.write(`${JSON.stringify(document, null, 2)}\n`),
    }),
  });
}

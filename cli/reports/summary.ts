import { appendFile } from "node:fs/promises";
import { exitCodes } from "../outcome.ts";

/** How one command ended, for whoever reads a pipeline's page. */
export interface CommandEnd {
  readonly command: string;
  readonly stage: string;
  /** Whether the command refused. Without it, exit code 1 is a failure. */
  readonly isRefusal: boolean;
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly text: string;
}

/** The end of a command as Markdown: what it was, how it ended, and its own words, of which none is read as Markdown. */
function summaryMarkdown({ command, stage, isRefusal, exitCode, text }: CommandEnd): string {
  const ticks = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(3, ...ticks.map((length) => length + 1)));
  return [`### ${command}, ${stage}: ${endWord(exitCode, isRefusal)}`, "", fence, text, fence, ""].join("\n");
}

function endWord(exitCode: CommandEnd["exitCode"], isRefusal: boolean): string {
  if (exitCode === exitCodes.done) return "done";
  if (exitCode === exitCodes.wrongUse) return "wrong use, nothing was done";
  if (exitCode === exitCodes.notEnoughData) return "not enough data";
  return isRefusal ? "refused" : "failed";
}

/** Adds the end of a command to a file that may hold others: a pipeline's page is one file for all of a job's steps. */
export async function appendSummary(file: string, end: CommandEnd): Promise<void> {
  await appendFile(file, `${summaryMarkdown(end)}\n`);
}

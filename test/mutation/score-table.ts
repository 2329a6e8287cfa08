import { isEnough, killedPercent, leastKilledPercent, type MutationScore } from "./score.ts";

const [begin, end] = ["<!-- mutants: begin -->", "<!-- mutants: end -->"];
const heading = "| part | mutants | killed | survived | equivalent | not tried | killed, of killed and survived |";

/** What is known of each part, by its name; undefined where it was never measured. */
export type Scores = ReadonlyMap<string, MutationScore | undefined>;

/**
 * Reads the scores between the table's two marks in the document.
 *
 * @throws {Error} where a mark is missing
 */
export function readScores(document: string): Scores {
  const [, table] = divide(document);
  const rows = table.matchAll(/^\| `([\w/.-]+)` \| \d+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|/gm);
  return new Map([...rows].map(([, name = "", ...counts]) => [name, scoreOfCounts(counts.map(Number))]));
}

function scoreOfCounts([killed = 0, survived = 0, equivalent = 0, notTried = 0]: readonly number[]): MutationScore {
  return { killed, survived, equivalent, notTried };
}

/** The document with the table of these scores in the place of the one that it has. */
export function writeScores(document: string, scores: Scores): string {
  const [before, , after] = divide(document);
  return `${before}\n${renderScores(scores).join("\n")}\n${after}`;
}

/** The table: a row for each part, and one for all that were measured. */
export function renderScores(scores: Scores): string[] {
  const measured = [...scores.values()].filter((score) => score !== undefined);
  const rows = [...scores].map(([name, score]) =>
    score === undefined ? `| \`${name}\` | not measured | | | | | |` : row(`\`${name}\``, score),
  );
  return [heading, "|---|---|---|---|---|---|---|", ...rows, row("all of them", sumOf(measured))];
}

/** What to say of parts whose tests notice too little, a sentence each. */
export function tooFew(scores: ReadonlyMap<string, MutationScore>): string[] {
  return [...scores]
    .filter(([, score]) => !isEnough(score))
    .map(
      ([name, score]) =>
        `The tests of ${name} notice ${percent(score)} of its mutants, and ${leastKilledPercent} % is the least. Write the missing tests, or simplify the code.`,
    );
}

function sumOf(scores: readonly MutationScore[]): MutationScore {
  const sum = (key: keyof MutationScore) => scores.reduce((total, score) => total + score[key], 0);
  return {
    killed: sum("killed"),
    survived: sum("survived"),
    equivalent: sum("equivalent"),
    notTried: sum("notTried"),
  };
}

function row(name: string, score: MutationScore): string {
  const { killed, survived, equivalent, notTried } = score;
  const all = killed + survived + equivalent + notTried;
  return `| ${name} | ${all} | ${killed} | ${survived} | ${equivalent} | ${notTried} | ${percent(score)} |`;
}

/** Rounded down, so that no figure says more than was measured. */
function percent(score: MutationScore): string {
  return `${(Math.floor(killedPercent(score) * 10) / 10).toFixed(1)} %`;
}

function divide(document: string): [before: string, table: string, after: string] {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The document lacks ${begin} and ${end}.`);
  return [document.slice(0, from + begin.length), document.slice(from + begin.length, to), document.slice(to)];
}

import { stripVTControlCharacters } from "node:util";

/**
 * What went wrong, in the program's and the engine's own words, from what `pulumi preview` and `pulumi up` print: the
 * errors under "Diagnostics:" and the violations under "Policies:". An error of a resource begins with its name.
 *
 * The JSON that a preview can print instead has no policy violations in it (Pulumi 3.260).
 *
 * @returns nothing where the text has neither
 */
export function pulumiDiagnostics(text: string): string[] {
  const plain = stripVTControlCharacters(text);
  const policies = section(plain, "Policies:");
  const said = [
    ...errorsIn(section(plain, "Diagnostics:")),
    ...(policies.some((line) => line.includes("[mandatory]"))
      ? [["A policy is violated:", ...policies].join("\n").trimEnd()]
      : []),
  ];
  const causes = said.filter((one) => !summaries.has(one));
  return causes.length > 0 ? causes : said;
}

/** What the engine says of the stack after it has said what failed. */
const summaries = new Set(["preview failed", "update failed"]);

/** The indented lines below a heading. */
function section(text: string, heading: string): string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.lastIndexOf(heading);
  if (start === -1) return [];
  const body = lines.slice(start + 1);
  const end = body.findIndex((line) => /^\S/.test(line));
  return end === -1 ? body : body.slice(0, end);
}

/**
 * An error's first line begins with the word, and its others stand below at the same indent or deeper. An empty line of
 * the error has the indent too: one without it ends the resource.
 */
function errorsIn(lines: readonly string[]): string[] {
  const errors: string[][] = [];
  let resource = "";
  let open: string[] | undefined;
  for (const line of lines) {
    const [, type, name] = /^ {2}(\S+) \((.+)\):$/.exec(line) ?? [];
    const [, first] = /^ {4}error: (.*)$/.exec(line) ?? [];
    if (type !== undefined) resource = type === "pulumi:pulumi:Stack" ? "" : `${name}: `;
    if (first !== undefined) {
      open = [`${resource}${first}`];
      errors.push(open);
    } else if (line.startsWith("    ") && !/^ {4}(?:warning|info): /.test(line)) open?.push(line.slice(4));
    else open = undefined;
  }
  return errors.map((error) => error.join("\n").trimEnd());
}

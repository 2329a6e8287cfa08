/**
 * What went wrong, in the program's and the engine's own words, from what `pulumi preview` and `pulumi up` print: the
 * errors under "Diagnostics:" and the violations under "Policies:".
 *
 * The JSON that a preview can print instead has no policy violations in it (Pulumi 3.260).
 *
 * @returns nothing where the text has neither
 */
export function pulumiDiagnostics(text: string): string[] {
  const policies = section(text, "Policies:");
  return [
    ...errorsIn(section(text, "Diagnostics:")),
    ...(policies.some((line) => line.includes("[mandatory]"))
      ? [["A policy is violated:", ...policies].join("\n").trimEnd()]
      : []),
  ];
}

/** The indented lines below a heading. */
function section(text: string, heading: string): string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.lastIndexOf(heading);
  if (start === -1) return [];
  const body = lines.slice(start + 1);
  const end = body.findIndex((line) => /^\S/.test(line));
  return end === -1 ? body : body.slice(0, end);
}

/** An error's first line begins with the word, and its others stand below at the same indent. */
function errorsIn(lines: readonly string[]): string[] {
  const errors: string[][] = [];
  let open: string[] | undefined;
  for (const line of lines) {
    const [, first] = /^ {4}error: (.*)$/.exec(line) ?? [];
    if (first !== undefined) {
      open = [first];
      errors.push(open);
    } else if (/^ {4}\S/.test(line) && !/^ {4}(?:warning|info): /.test(line)) open?.push(line.slice(4));
    else open = undefined;
  }
  return errors.map((error) => error.join("\n"));
}

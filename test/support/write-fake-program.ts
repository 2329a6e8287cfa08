import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes an executable program of Node into a folder that exists. The script appends a line of JSON for each call to the file
 * `calls` beside it.
 *
 * @returns every call so far, as the script wrote it
 */
export function writeFakeProgram(folder: string, name: string, script: string) {
  writeFileSync(join(folder, "calls"), "");
  // It has no ending that would say so, and the folder may lie in a project of modules.
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
  const path = join(folder, name);
  writeFileSync(path, `#!${process.execPath}\n${script}`);
  chmodSync(path, 0o755);
  return () =>
    readFileSync(join(folder, "calls"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolloutTables } from "./rollout-tables.ts";
import { rolloutsPerCell, simulatedTables } from "./tables.ts";

/**
 * Makes the tables of docs/simulation again, or those that are named. The same code makes the same tables; all of them take
 * more than an hour, and false-returns.csv most of it.
 */
const folder = join(import.meta.dirname, "..", "..", "docs", "simulation");
const named = process.argv.slice(2);

for (const { file, lines } of [...simulatedTables, ...rolloutTables]) {
  if (named.length > 0 && !named.includes(file)) continue;
  const made: string[] = [];
  for (const line of lines(rolloutsPerCell)) {
    made.push(line);
    process.stdout.write(`${file}: ${line}\n`);
  }
  writeFileSync(join(folder, file), `${made.join("\n")}\n`);
}

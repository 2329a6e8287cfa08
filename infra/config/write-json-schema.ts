import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { jsonSchemaPath, stackFileJsonSchema } from "./json-schema.ts";

/** Writes docs/config.schema.json as the formatter wants it: `npm run config:schema`. */
const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

const text = execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${jsonSchemaPath}`], {
  cwd: projectFolder,
  input: JSON.stringify(stackFileJsonSchema(), null, 2),
  encoding: "utf8",
});
writeFileSync(new URL(`../../${jsonSchemaPath}`, import.meta.url), text);
console.log(`Wrote ${jsonSchemaPath}.`);

import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes the stand-in of AWS's Session Manager plugin into a folder for the path. It forwards to the port that `FORWARDS_TO` has, and
 * notes in the file that `PLUGIN_LOG` names how it was started.
 */
export function writePlugin(bin: string): { readonly log: string } {
  mkdirSync(bin, { recursive: true });
  const code = join(bin, "plugin.mjs");
  cpSync(join(import.meta.dirname, "session-manager-plugin.mjs"), code);
  const program = join(bin, "session-manager-plugin");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${code}" "$@"\n`);
  chmodSync(program, 0o755);
  const log = join(bin, "log");
  writeFileSync(log, "");
  return { log };
}

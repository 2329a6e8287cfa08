import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";

/** Set up in every fast test file: nothing starts a process. */
function refuse(): never {
  throw new Error("A fast test starts a process. Name its file in test/support/external-tests.ts.");
}

Object.assign(childProcess, {
  exec: refuse,
  execFile: refuse,
  execFileSync: refuse,
  execSync: refuse,
  fork: refuse,
  spawn: refuse,
  spawnSync: refuse,
});
// Whoever has imported them by name gets these too.
syncBuiltinESMExports();

import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Caches of Node, of Pulumi's loader and of a parser in Python (lark), which a program leaves for the next one. */
const caches = /^(node-compile-cache$|ts-node-|\.lark_cache_)/;

/**
 * Set up once for a run: its tests and their programs have a temporary folder of their own, which goes with the run. What a
 * test has left there fails the run, because on a machine of a developer it would stay for ever.
 */
export default function ownTemporaryFolder(): () => void {
  const before = process.env["TMPDIR"];
  const folder = mkdtempSync(join(tmpdir(), "tests-"));
  // PostgreSQL runs as another user where the tests are root's, and has its folder inside.
  chmodSync(folder, 0o711);
  process.env["TMPDIR"] = folder;
  return () => {
    const left = readdirSync(folder).filter((name) => !caches.test(name));
    rmSync(folder, { recursive: true, force: true });
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    if (left.length > 0) throw new Error(`Tests left this in the temporary folder: ${left.join(", ")}`);
  };
}

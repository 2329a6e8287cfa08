import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../outcome.ts";

/** Where AWS publishes the authorities that sign RDS's certificates ("Using SSL/TLS to encrypt a connection", RDS user guide). */
const bundleUrl = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem";

/** Milliseconds after which the bundle is fetched again. An authority of RDS is valid for decades, and new ones come early. */
const keptFor = 30 * 24 * 3_600_000;

/** A file with the authorities that a client of the database verifies its certificate by. */
export interface Authorities {
  readonly path: string;
  /** PEM. */
  readonly text: string;
}

/**
 * RDS's authorities: the file that `PGSSLROOTCERT` names, or AWS's own bundle, which is fetched over TLS and kept for 30 days
 * below `.cache`.
 *
 * @throws {Error} where there is neither
 */
export async function readAuthorities(
  projectFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
  url = bundleUrl,
): Promise<Authorities> {
  const named = environment["PGSSLROOTCERT"] ?? "";
  if (named !== "") return { path: named, text: await readFile(named, "utf8") };
  const path = join(projectFolder, ".cache", "rds-global-bundle.pem");
  const kept = await stat(path).catch(() => undefined);
  if (kept !== undefined && Date.now() - kept.mtimeMs < keptFor) return { path, text: await readFile(path, "utf8") };
  const text = await fetchBundle(url);
  await mkdir(dirname(path), { recursive: true });
  // Whole or not at all: another command may read it now.
  await writeFile(`${path}.${process.pid}`, text);
  await rename(`${path}.${process.pid}`, path);
  return { path, text };
}

async function fetchBundle(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) });
    const text = await answer.text();
    if (answer.ok && text.includes("-----BEGIN CERTIFICATE-----")) return text;
    throw new Error(`the answer was ${answer.status}`);
  } catch (error) {
    throw new Error(
      `RDS's certificate authorities could not be fetched from ${url}: ${messageOf(error)}. Fetch that file elsewhere, and set PGSSLROOTCERT to its path.`,
      { cause: error },
    );
  }
}

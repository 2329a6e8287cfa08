import { readFileSync } from "node:fs";
import { join } from "node:path";
import satisfies from "spdx-satisfies";
import { z } from "zod";
import { runProcess } from "../../cli/process.ts";
import { readJson } from "../../rollout/json.ts";
import type { Finding, StepReport } from "./finding.ts";

/**
 * Licences, as SPDX names them, that ask for no more than that their text and the names of the authors are kept. Any other
 * licence of a package is a finding; explained.ts says why one may stay.
 */
const allowedLicences = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Python-2.0",
];

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), license: z.string().optional(), link: z.boolean().optional() }),
  ),
});

/** Folders with a lock file, relative to the project: its own, and that of mutation testing. */
const lockFolders: readonly string[] = ["", "test/mutation"];

const lockFilesOf = (folders: readonly string[]) => folders.map((folder) => join(folder, "package-lock.json"));

/**
 * Judges the licence of each package that the lock files name, those for development and other platforms included.
 *
 * @param folders of the lock files, relative to the project; by default all that it has
 */
export function judgeLicences(projectFolder: string, folders: readonly string[] = lockFolders): StepReport {
  const files = lockFilesOf(folders);
  const locks = files.map((file) => lockSchema.parse(JSON.parse(readFileSync(join(projectFolder, file), "utf8"))));
  // The empty path is the project itself.
  const packages = locks
    .flatMap((lock) => Object.entries(lock.packages))
    .filter(([path, { link }]) => path !== "" && link !== true);
  const findings = packages.flatMap(([path, { version = "", license }]): Finding[] => {
    if (license !== undefined && isAllowed(license)) return [];
    const name = path.replace(/^.*node_modules\//, "");
    return [
      {
        judge: "licence",
        id: license ?? "none",
        subject: name,
        where: `${name} ${version}`,
        message:
          license === undefined ? "It names no licence" : `Its licence is not one of ${allowedLicences.join(", ")}`,
        page: "https://spdx.org/licenses/",
      },
    ];
  });
  return {
    title: `Licences of ${files.join(" and ")}`,
    judged: `${packages.length} packages`,
    judges: ["licence"],
    findings,
  };
}

/** An expression such as `MIT OR Apache-2.0` by its parts. What is no expression is not allowed. */
function isAllowed(licence: string): boolean {
  try {
    return satisfies(licence, allowedLicences);
  } catch {
    return false;
  }
}

const advisoriesSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      via: z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string(), severity: z.string() })])),
    }),
  ),
});
const refusedSchema = z.object({ message: z.string() });

/** Asks the registry for the advisories of each package in the lock files. Where it does not answer, nobody looked. */
export async function judgeAdvisories(projectFolder: string): Promise<StepReport> {
  const title = `Advisories of ${lockFilesOf(lockFolders).join(" and ")}, by npm audit`;
  const printed: string[] = [];
  try {
    for (const folder of lockFolders) {
      const { stdout } = await runProcess({
        command: "npm",
        words: ["audit", "--json", "--package-lock-only", "--fetch-retries=0", "--fetch-timeout=20000"],
        cwd: join(projectFolder, folder),
      });
      printed.push(stdout);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { title, unchecked: "there is no npm on the path" };
    }
    throw error;
  }
  return readAdvisories(title, printed);
}

/**
 * Reads what `npm audit --json` printed.
 *
 * @param outputs one for each lock file; where one of them tells nothing, nobody looked
 */
export function readAdvisories(title: string, outputs: readonly string[]): StepReport {
  const packages: [name: string, vulnerability: z.infer<typeof advisoriesSchema>["vulnerabilities"][string]][] = [];
  for (const printed of outputs.map(readJson)) {
    const answer = advisoriesSchema.safeParse(printed);
    if (!answer.success) {
      const refused = refusedSchema.safeParse(printed);
      const reason = refused.success ? withoutAddresses(refused.data.message) : "npm says nothing";
      return { title, unchecked: `the registry gives no advisories (${reason.trim()})` };
    }
    packages.push(...Object.entries(answer.data.vulnerabilities));
  }
  const findings = packages.flatMap(([name, { via }]) =>
    via.flatMap((one): Finding[] =>
      typeof one === "string"
        ? []
        : [
            {
              judge: "npm audit",
              id: one.url.split("/").at(-1) ?? one.url,
              subject: name,
              where: name,
              message: `${one.title} (${one.severity})`,
              page: one.url,
            },
          ],
    ),
  );
  return { title, judged: "every package", judges: ["npm audit"], findings };
}

/** Whoever reads a report need not know which registry is asked. */
function withoutAddresses(message: string): string {
  return message.replace(/https?:\/\/\S+/g, "the registry").replace(/(getaddrinfo \w+) \S+/g, "$1");
}

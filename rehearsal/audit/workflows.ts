import { existsSync, globSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { runProcess } from "../../cli/process.ts";
import type { Finding, StepReport } from "./finding.ts";
import { prepareAuditTools, programBeside } from "./role-policies.ts";

const folderOfWorkflows = ".github/workflows";

/** Workflows for other repositories, which somebody copies. */
const folderOfExamples = "docs/examples";

const zizmorSchema = z.array(
  z.object({
    ident: z.string(),
    desc: z.string(),
    url: z.string(),
    locations: z.array(
      z.object({
        symbolic: z.object({
          annotation: z.string(),
          kind: z.string(),
          key: z.object({ Local: z.object({ verbatim_path: z.string() }) }),
        }),
        concrete: z.object({ location: z.object({ start_point: z.object({ row: z.int() }) }) }),
      }),
    ),
  }),
);

/** Judges the workflows by zizmor, which looks for ways to attack them. It asks nobody. */
export async function judgeByZizmor(projectFolder: string): Promise<StepReport> {
  const title = "Workflows, by zizmor";
  const environment = await prepareAuditTools();
  if ("missing" in environment) return { title, missing: environment.missing };
  const files = workflowsOf(projectFolder);
  const zizmor = programBeside(environment.python, "zizmor");
  const run = (words: readonly string[]) => runProcess({ command: zizmor, words, cwd: projectFolder });
  // Comments and configuration files that explain a finding away are not asked: explained.ts is the one place.
  const words = ["--offline", "--no-progress", "--no-ignores", "--no-config", "--no-exit-codes", "--format", "json-v1"];
  const { exitCode, stdout, stderr } = await run([...words, ...files]);
  if (exitCode !== 0) throw new Error(`zizmor could not judge the workflows. It says: ${stderr.trim()}`);
  const version = (await run(["--version"])).stdout.trim().replace("zizmor ", "");
  const findings = zizmorSchema.parse(JSON.parse(stdout)).map(({ ident, desc, url, locations }): Finding => {
    const place = locations.find(({ symbolic }) => symbolic.kind === "Primary") ?? locations[0];
    if (place === undefined) throw new Error(`zizmor does not say where it found ${ident}.`);
    const file = place.symbolic.key.Local.verbatim_path;
    return {
      judge: "zizmor",
      id: ident,
      subject: basename(file),
      where: `${file}:${place.concrete.location.start_point.row + 1}`,
      message: `${desc} (${place.symbolic.annotation})`,
      page: url,
    };
  });
  return { title, judged: `${filesInWords(files)} (zizmor ${version})`, judges: ["zizmor"], findings };
}

const actionlintVersion = "1.7.12";

const actionlintSchema = z.array(
  z.object({ message: z.string(), filepath: z.string(), line: z.int(), kind: z.string() }),
);

/**
 * Judges the workflows by actionlint, and their shell commands by shellcheck. actionlint comes by Go only: its packages
 * for pip and npm download it from elsewhere, or are years old. Without Go it does not look; GitHub's own language
 * service judges the same files in the tests.
 */
export async function judgeByActionlint(projectFolder: string): Promise<StepReport> {
  const title = "Workflows, by actionlint";
  const environment = await prepareAuditTools();
  if ("missing" in environment) return { title, missing: environment.missing };
  const actionlint = await prepareActionlint(join(projectFolder, ".cache"));
  if ("unchecked" in actionlint) return { title, unchecked: actionlint.unchecked };
  const files = workflowsOf(projectFolder);
  const shellcheck = programBeside(environment.python, "shellcheck");
  const { exitCode, stdout, stderr } = await runProcess({
    command: actionlint.program,
    words: ["-format", "{{json .}}", "-shellcheck", shellcheck, "-pyflakes", "", ...files],
    cwd: projectFolder,
  });
  // 1 says that there are findings.
  if (exitCode > 1) throw new Error(`actionlint could not judge the workflows. It says: ${stderr.trim()}`);
  const findings = actionlintSchema.parse(JSON.parse(stdout)).map(
    ({ message, filepath, line, kind }): Finding => ({
      judge: "actionlint",
      id: kind,
      subject: basename(filepath),
      where: `${filepath}:${line}`,
      message,
      page: "https://github.com/rhysd/actionlint/blob/main/docs/checks.md",
    }),
  );
  return {
    title,
    judged: `${filesInWords(files)} (actionlint ${actionlintVersion})`,
    judges: ["actionlint"],
    findings,
  };
}

/** Builds actionlint once, from its source by its version; Go checks it against its public list of checksums. */
async function prepareActionlint(
  cacheFolder: string,
): Promise<{ readonly program: string } | { readonly unchecked: string }> {
  const folder = join(cacheFolder, `actionlint-${actionlintVersion}`);
  const program = join(folder, "actionlint");
  if (existsSync(program)) return { program };
  const draft = join(cacheFolder, `actionlint-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  try {
    console.error("actionlint: building it into .cache once, which takes 10 s and more");
    const { exitCode, stderr } = await runProcess({
      command: "go",
      words: ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${actionlintVersion}`],
      cwd: draft,
      // The Go that is here, and no other that it would download.
      environment: { GOBIN: draft, GOTOOLCHAIN: "local", GOFLAGS: "-mod=mod", CGO_ENABLED: "0" },
    });
    if (exitCode !== 0) return { unchecked: `Go could not build it: ${stderr.trim().split("\n").at(-1) ?? ""}` };
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    return { program };
  } catch (error) {
    if (existsSync(program)) return { program };
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { unchecked: "it is built by Go, and there is no go on the path" };
    }
    throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @throws {Error} when there is none: an audit of nothing finds nothing */
function workflowsOf(projectFolder: string): readonly string[] {
  const files = [folderOfWorkflows, folderOfExamples].flatMap((folder) =>
    globSync(`${folder}/*.{yml,yaml}`, { cwd: projectFolder }).sort(),
  );
  if (files.length === 0) throw new Error(`There is no workflow in ${folderOfWorkflows}.`);
  return files;
}

function filesInWords({ length }: readonly string[]): string {
  return length === 1 ? "1 file" : `${length} files`;
}

import { access, constants, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { RehearsalReport } from "./report-schema.ts";

/** Where a report is written. */
export interface ReportFiles {
  /** Everything measured, as JSON. */
  readonly reportPath: string;
  /** The page for people. */
  readonly pagePath: string;
  /** Markdown for a pull request; undefined writes none. */
  readonly markdownPath?: string | undefined;
}

/**
 * Checks that a report can be written. Called first, so that nobody waits a minute for one that cannot.
 *
 * @throws {Error} naming the file, and the flag that names another
 */
export async function checkReportFiles({ reportPath, pagePath, markdownPath }: ReportFiles): Promise<void> {
  const files = { "--json": reportPath, "--html": pagePath, "--markdown": markdownPath };
  await Promise.all(
    Object.entries(files).map(async ([flag, path]) => {
      if (path === undefined) return;
      const folder = dirname(resolve(path));
      await access(folder, constants.W_OK).catch(() => {
        throw new Error(
          `The report cannot be written to ${path}: the folder ${folder} does not exist or is not writable. Choose another file by ${flag}.`,
        );
      });
    }),
  );
}

/** Writes a report in each form. What draws the charts is loaded only now: before, it would count in the memory of the run. */
export async function writeReport(report: RehearsalReport, files: ReportFiles): Promise<void> {
  await writeFile(files.reportPath, `${JSON.stringify(report, null, 2)}\n`);
  const [{ reportPage }, { rehearsalMarkdown }] = await Promise.all([
    import("./page/report-page.ts"),
    import("./rehearsal-markdown.ts"),
  ]);
  await writeFile(files.pagePath, reportPage(report));
  if (files.markdownPath !== undefined) await writeFile(files.markdownPath, `${rehearsalMarkdown(report)}\n`);
}

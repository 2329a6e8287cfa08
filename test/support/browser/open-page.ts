import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, onTestFinished } from "vitest";
import { browserAt, quietWords } from "../../../cli/verify/browser.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const browserPath = browserAt(process.env);
const axePath = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));

/** The part of axe's answer that is read. */
interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly help: string }[];
}

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly colorScheme: "light" | "dark";
}

/** A page in the browser, what the browser said, and what the page asked the network for. */
export interface OpenedPage {
  readonly page: Page;
  readonly said: readonly string[];
  readonly asked: readonly string[];
}

/**
 * Describes what a page is like in a real browser. Where the machine has none, the tests say that they are skipped.
 * Debian and Ubuntu: apt-get install chromium. CI installs it.
 *
 * @param define gets a function that opens a page's text
 */
export function describeInBrowser(
  name: string,
  define: (open: (text: string, view: View) => Promise<OpenedPage>) => void,
): void {
  describe.skipIf(browserPath === undefined)(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: browserPath ?? "", args: [...quietWords] });
    });
    afterAll(async () => await browser.close());

    define(async (text, { width, colorScheme }) => {
      const file = join(temporaryFolder(), "report.html");
      await writeFile(file, text);
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      onTestFinished(() => page.close());
      const said: string[] = [];
      const asked: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(error.message));
      page.on("request", (request) => asked.push(request.url()));
      const url = pathToFileURL(file).href;
      await page.goto(url);
      // What is closed is not looked at by axe, and has no width.
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      return { page, said, asked: asked.filter((one) => one !== url) };
    });
  });
}

/** What axe finds in a page that a reader would be kept from. */
export async function seriousFindings(page: Page) {
  await page.addScriptTag({ path: axePath });
  const { violations } = await page.evaluate<AxeResult>("axe.run()");
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical");
}

/** Pixels that the page is wider than its window. Only a table may scroll sideways, never the page. */
export async function overhang(page: Page): Promise<number> {
  return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

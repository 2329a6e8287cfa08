import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { reportPage } from "../../../../rehearsal/report/page/report-page.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { rehearsalReport, stageReport } from "../report-fixture.ts";

const browserPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browserPath = process.env["CHROMIUM_PATH"] ?? browserPaths.find((path) => existsSync(path));
/** It looks for nothing on the network by itself. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const axePath = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));

/** The part of axe's answer that is read. */
interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly help: string }[];
}

const failing = {
  ...rehearsalReport,
  held: false,
  failure: "initdb failed",
  stages: [{ ...stageReport, checks: [{ what: "no request is lost", held: false, found: "3 of 6000" }] }],
};

// Debian and Ubuntu: apt-get install chromium. CI installs it.
describe.skipIf(browserPath === undefined)("the report in a real browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath ?? "", args: quiet });
  });
  afterAll(async () => await browser.close());

  interface View {
    readonly width: number;
    readonly colorScheme: "light" | "dark";
    readonly report?: typeof rehearsalReport;
  }

  /** Opens the page, and keeps what the browser says and asks for. */
  async function open({ width, colorScheme, report = rehearsalReport }: View) {
    const file = join(temporaryFolder(), "report.html");
    await writeFile(file, reportPage(report));
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    onTestFinished(() => page.close());
    const said: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => asked.push(request.url()));
    const url = pathToFileURL(file).href;
    await page.goto(url);
    return { page, said, asked: asked.filter((one) => one !== url) };
  }

  async function findings(page: Page) {
    await page.addScriptTag({ path: axePath });
    const { violations } = await page.evaluate<AxeResult>("axe.run()");
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  }

  const views: readonly View[] = [
    { width: 360, colorScheme: "light" },
    { width: 360, colorScheme: "dark" },
    { width: 1200, colorScheme: "light" },
    { width: 1200, colorScheme: "dark", report: failing },
  ];

  it.each(views)("is readable at $width pixels, $colorScheme", async (view) => {
    const { page, said, asked } = await open(view);
    expect(said).toEqual([]);
    expect(asked).toEqual([]);
    // Only the table scrolls sideways, never the page.
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
    expect(await page.locator("figure svg:visible").count()).toBe(3);
    expect(await findings(page)).toEqual([]);
  });

  it("is printed without losing anything to the page's edge", async () => {
    const { page } = await open({ width: 794, colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
  });
});

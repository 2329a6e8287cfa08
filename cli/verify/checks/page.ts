import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { plainLine } from "../../../rollout/plain-text.ts";
import { fail, notChecked, pass } from "../../found.ts";
import { browserAt, quietWords } from "../browser.ts";
import type { CheckedHost } from "../checked-host.ts";
import { check, type Found, notApplicable, type VerifyFinding, withoutConfig } from "../finding.ts";
import type { Subject } from "../subject.ts";

/** After the page has loaded, in which it may call the API. */
const callsWithinMilliseconds = 5000;

/**
 * Opens the frontend's page in a real browser, and sees that it calls this stage's API: a build with another stage's
 * `NEXT_PUBLIC_API_URL` looks right, and shows the wrong data (guide S5, M3, T5).
 *
 * @param browserWords further words for the browser
 */
export async function checkPage(
  { config, environment }: Pick<Subject, "config" | "environment">,
  host: CheckedHost,
  browserWords: readonly string[] = [],
): Promise<VerifyFinding> {
  return await check("the frontend's page", "S5 M3 T5", async () => {
    const { page: settings } = config.verify;
    if (settings === undefined) return withoutConfig("page");
    if (host === "candidate") return notApplicable("the frontend calls the public host");
    const browserPath = browserAt(environment);
    if (browserPath === undefined || !existsSync(browserPath)) {
      return notChecked("there is no Chromium here", "Install it (apt-get install chromium), or set CHROMIUM_PATH.");
    }
    const { chromium } = await import("playwright-core");
    const browser = await chromium.launch({ executablePath: browserPath, args: [...quietWords, ...browserWords] });
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      const called = new Set<string>();
      const api = `https://${config.hosts.api}`;
      page.on("pageerror", (error) => problems.push(plainLine(error.message)));
      page.on("request", (request) => {
        if (["fetch", "xhr"].includes(request.resourceType())) called.add(new URL(request.url()).origin);
      });
      const url = `https://${config.hosts.frontend}${settings.path}`;
      const asked = page
        .waitForRequest((request) => request.url().startsWith(`${api}/`), { timeout: 0 })
        .then(
          () => true,
          // The browser was closed.
          () => false,
        );
      const startedAt = performance.now();
      const answer = await page.goto(url, { waitUntil: "load", timeout: settings.loadsWithinSeconds * 1000 });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      if (answer === null || !answer.ok()) return fail(`${url} answers ${answer?.status() ?? "nothing"}`, advice);
      const isCalled = await Promise.race([asked, setTimeout(callsWithinMilliseconds, false, { ref: false })]);
      return judge({ url, api, seconds, problems, isCalled, others: [...called].filter((one) => one !== api) });
    } finally {
      await browser.close();
    }
  });
}

const advice = "Look at the deployment in Vercel: its build log, its domain and NEXT_PUBLIC_API_URL.";

function judge(seen: {
  readonly url: string;
  readonly api: string;
  readonly seconds: string;
  readonly problems: readonly string[];
  readonly isCalled: boolean;
  readonly others: readonly string[];
}): Found {
  const { url, api, seconds, problems, isCalled, others } = seen;
  if (!isCalled) {
    const instead = others.length === 0 ? "nothing" : others.join(", ");
    return fail(
      `${url} does not call ${api}. It calls ${instead}`,
      `${advice} verify.page.path names a page that calls the API.`,
    );
  }
  if (problems.length > 0) return fail(`${url} loaded in ${seconds} s with an error: ${problems[0]}`, advice);
  return pass(`${url} loaded in ${seconds} s and calls ${api}`);
}

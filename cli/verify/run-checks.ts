import { checkBrowserRules } from "./checks/browser-rules.ts";
import { checkFeatures } from "./checks/features.ts";
import { checkFiles } from "./checks/files.ts";
import { checkInput } from "./checks/input.ts";
import { checkLogIn, checkLogInLimit } from "./checks/log-in.ts";
import { checkReachability } from "./checks/reachability.ts";
import { checkWebSocket } from "./checks/web-socket.ts";
import type { CheckResult, VerifyFinding } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** A theme of the report and what its checks found. */
export interface VerifySection {
  readonly title: string;
  readonly findings: readonly VerifyFinding[];
}

/** Makes a theme's checks. */
export interface Theme {
  readonly title: string;
  readonly check: () => Promise<readonly VerifyFinding[]>;
}

/**
 * Makes every check, theme by theme: first whether the host answers at all, last what shuts this machine out. One check's
 * failure keeps no other from being made.
 *
 * @param further themes that ask somebody else than the host, made before the last
 * @param onTheme told of each theme before it is checked
 */
export async function runChecks(
  subject: Subject,
  further: readonly Theme[] = [],
  onTheme: (title: string) => void = () => {},
): Promise<readonly VerifySection[]> {
  const themes: readonly Theme[] = [
    { title: "Reachability", check: () => checkReachability(subject) },
    { title: "What browsers are told", check: () => checkBrowserRules(subject) },
    { title: "Log-in", check: () => checkLogIn(subject) },
    { title: "Input", check: () => checkInput(subject) },
    {
      title: "Features",
      async check() {
        const [socket, files, features] = await Promise.all([
          checkWebSocket(subject),
          checkFiles(subject),
          checkFeatures(subject),
        ]);
        return [...features, socket, files];
      },
    },
    ...further,
    { title: "Limits", check: async () => [await checkLogInLimit(subject)] },
  ];
  const sections: VerifySection[] = [];
  for (const { title, check } of themes) {
    onTheme(title);
    const findings = await check();
    if (findings.length > 0) sections.push({ title, findings });
  }
  return sections;
}

/**
 * - `pass`: no check failed, and each that should have been made was
 * - `fail`: at least one failed
 * - `incomplete`: none failed, and at least one should have been made and could not
 */
export type VerifyVerdict = "pass" | "fail" | "incomplete";

export function verdictOf(sections: readonly VerifySection[]): VerifyVerdict {
  const counts = countResults(sections);
  // A release of which nothing could be checked is not one that passes.
  if (counts.fail > 0) return "fail";
  return counts["not checked"] > 0 || counts.pass === 0 ? "incomplete" : "pass";
}

/** How many checks ended in which way. */
export function countResults(sections: readonly VerifySection[]): Readonly<Record<CheckResult, number>> {
  const counts = { pass: 0, fail: 0, "not checked": 0, "not applicable": 0 };
  for (const { findings } of sections) for (const { result } of findings) counts[result] += 1;
  return counts;
}

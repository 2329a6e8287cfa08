import { existsSync } from "node:fs";

/** Where Debian, Ubuntu and Google put it. */
const browserPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The Chromium of this machine: the one that `CHROMIUM_PATH` names, or else the first that is found. @returns undefined where there is none */
export function browserAt(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  return environment["CHROMIUM_PATH"] ?? browserPaths.find((path) => existsSync(path));
}

/** Words that a browser is started with, so that it looks for nothing on the network by itself. */
export const quietWords: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

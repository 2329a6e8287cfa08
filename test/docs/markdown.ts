import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** The project's own folder. */
export const projectUrl = new URL("../../", import.meta.url);

/** Paths of every Markdown file of the project, from its folder on. */
export const markdownFiles: readonly string[] = globSync("**/*.md", {
  cwd: projectUrl,
  // Folders with a dot in front are caches and other checkouts.
  exclude: (path) => path.split("/").some((part) => part === "node_modules" || part.startsWith(".")),
}).sort();

/** The text of a project's file. */
export function readText(path: string): string {
  return readFileSync(new URL(path, projectUrl), "utf8");
}

/** The text without what is shown as code, where nothing is a link or a heading. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^(```|~~~)[\s\S]*?^\1\s*$/gm, "").replace(/(`+)[^`][\s\S]*?\1(?!`)/g, "");
}

/** Targets of all links in the order of the text, inline ones and those defined by reference. */
export function linkTargets(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/\]\(\s*<?([^\s)>]+)>?[^)]*\)|^\s*\[[^\]]+\]:\s*(\S+)/gm)].map(
    ([, inline, defined]) => inline ?? defined ?? "",
  );
}

/** Whether a target lies inside the project. */
export function isRelative(target: string): boolean {
  return !/^([a-z][a-z+.-]*:|\/\/)/i.test(target);
}

/** The project's path that a relative target names, seen from the file that holds it. An anchor alone names that file. */
export function resolveTarget(file: string, target: string): { readonly path: string; readonly anchor?: string } {
  const [path = "", anchor] = target.split("#");
  return {
    path: path === "" ? file : posix.join(posix.dirname(file), decodeURIComponent(path)),
    ...(anchor === undefined ? {} : { anchor }),
  };
}

/** The anchors that GitHub gives a file's headings: lower case, hyphens for spaces, punctuation left out, repeats numbered. */
export function headingAnchors(markdown: string): readonly string[] {
  const seen = new Map<string, number>();
  // Code inside a heading counts as its text, so only the fenced blocks go.
  const headings = markdown.replace(/^(```|~~~)[\s\S]*?^\1\s*$/gm, "").matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm);
  return [...headings].map(([, heading = ""]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** The cells of every line of every table, heads and rulers included, in the order of the text. */
export function tableLines(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

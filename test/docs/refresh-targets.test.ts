import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectFolder } from "../support/stack-files.ts";

/** Everything that tells a person what to type: the documents, and the code with its messages. */
const files = ["README.md", "docs", "infra", "cli", "rollout", "components", "policies"].flatMap((name) =>
  name.endsWith(".md")
    ? [name]
    : readdirSync(join(projectFolder, name), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(md|ts)$/.test(file))
        .map((file) => join(name, file)),
);

/**
 * Lines that people are told to type, which refresh everything. That reads what is inside the database too, and so fails
 * without a tunnel and a password.
 */
function plainRefreshes(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => /npx pulumi (up\b.*--refresh|refresh)/.test(line) && !line.includes("--target"));
}

it("tells nobody to refresh a whole stack, which needs the database's tunnel and password", () => {
  expect(plainRefreshes("Run npx pulumi up --refresh, then\nnpx pulumi refresh --stack staging")).toHaveLength(2);
  expect(files.length).toBeGreaterThan(150);
  const texts = files.map((file) => ({ file, found: plainRefreshes(readFileSync(join(projectFolder, file), "utf8")) }));
  expect(texts.filter(({ found }) => found.length > 0)).toEqual([]);
});

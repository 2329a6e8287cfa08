import { globSync } from "node:fs";
import { expect, it } from "vitest";
import { projectUrl, readText } from "./markdown.ts";

/** How IAM calls the service of an SDK package. */
const prefixes: Readonly<Record<string, string>> = {
  "client-elastic-load-balancing-v2": "elasticloadbalancing",
  "client-cloudwatch": "cloudwatch",
  "client-ecs": "ecs",
  "client-sfn": "states",
  "client-sns": "sns",
  "client-ssm": "ssm",
};

/** Imports of an SDK package: at the top of a file, and where it is loaded only when it is needed. */
const imports = [
  /import \{([^}]*)\} from "@aws-sdk\/([^"]+)"/g,
  /const \{([^}]*)\} = await import\("@aws-sdk\/([^"]+)"\)/g,
];

/** Actions that the code sends to AWS, read from its imports of commands. */
function sentActions(): string[] {
  const files = globSync("infra/aws/*.ts", { cwd: projectUrl });
  return files.flatMap((file) =>
    imports
      .flatMap((pattern) => [...readText(file).matchAll(pattern)])
      .flatMap(([, names = "", client = ""]) =>
        [...names.matchAll(/\b(\w+)Command\b/g)].map(([, action]) => `${prefixes[client] ?? client}:${action}`),
      ),
  );
}

it("names in the runbook every action that the commands send to AWS, and no other of those services", () => {
  const [, section = ""] = readText("docs/runbook.md").split("## What the commands may do");
  const [table = ""] = section.split("\n## ");
  const told = [...table.matchAll(/`(\w+:\w+)`/g)].map(([, action = ""]) => action);
  const ofOthers = told.filter((action) => /^iam:/.test(action));
  const sent = [...new Set(sentActions())].sort();
  expect(sent.length).toBeGreaterThan(10);
  expect(told.filter((action) => !ofOthers.includes(action)).sort()).toEqual(sent);
});

import { fileURLToPath } from "node:url";
import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, switchFlag, textFlag } from "./command.ts";

interface VerifyFlags extends CommonFlags {
  readonly host: "public" | "candidate";
  readonly markdown?: string;
  readonly html?: string;
  readonly load?: boolean;
  readonly acceptance?: boolean;
  readonly iMeanProduction?: boolean;
}

/** `verify`: one verdict about a deployed release. */
export const verify = buildCommand({
  docs: explain(
    "Check a deployed release on one of its hosts and give one verdict: pass (0), fail (1), incomplete (3).",
    [
      {
        line: "npm run rollout -- verify --stage production --host candidate --html verify.html",
        purpose: "The candidate on its own host, before it has public traffic, and the report as a page.",
      },
      {
        line: "npm run rollout -- verify --stage staging",
        purpose: "The public host. Each check says pass, fail, not checked or not applicable, with the reason.",
      },
      {
        line: "npm run rollout -- verify --stage staging --load --markdown verify.md",
        purpose: "The same with the load of verify.load: latencies, errors, and what database and tasks had to bear.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      host: {
        kind: "enum",
        values: ["public", "candidate"],
        default: "public",
        brief: "The host that is checked: the public one, or the candidate's own.",
      },
      markdown: { ...textFlag, placeholder: "file", brief: "Write the report as Markdown into this file." },
      load: {
        ...switchFlag,
        brief: "Let the users of verify.load send requests as well. It takes as long as it says.",
      },
      acceptance: { ...switchFlag, brief: "Add up what teams and beta users say: see the command acceptance." },
      iMeanProduction: { ...switchFlag, brief: "Say that a load of production is meant." },
      html: { ...textFlag, placeholder: "file", brief: "Write the report as a page into this file." },
    },
  },
  func: action(async ({ stage, host, markdown, html, load, acceptance, iMeanProduction }: VerifyFlags, openWorld) => {
    const { verifyStage } = await import("../verify/verify-stage.ts");
    const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
    const files = { markdownFile: markdown, htmlFile: html };
    const request = {
      host,
      ...files,
      load: load === true,
      acceptance: acceptance === true,
      meansProduction: iMeanProduction === true,
    };
    return await verifyStage(await openWorld(stage), request, { environment: process.env, projectFolder });
  }),
});

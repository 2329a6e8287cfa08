import { buildCommand } from "@stricli/core";
import type { AskedNotice } from "../notices/notice.ts";
import { noticeKinds } from "../notices/notice-texts.ts";
import { action, type CommonFlags, commonFlags, explain, textFlag } from "./command.ts";

interface NoticeFlags extends CommonFlags, AskedNotice {}

const time = { ...textFlag, placeholder: "time" } as const;

/** `notice`: a notice to the portal's users, to be sent by people. */
export const notice = buildCommand({
  docs: explain("Write a notice to users, with the dates, the host and the contact of the stage. It sends nothing.", [
    {
      line: 'npm run rollout -- notice --stage production --about planned --start 2026-11-30 --features "a calendar of ceremonies"',
      purpose: "Two days before the rollout, with the days on which plan-release has its steps.",
    },
    {
      line: 'npm run rollout -- notice --stage production --about window --from 2026-12-12T20:00 --until 2026-12-12T21:00 --why "we move the database"',
      purpose: "A maintenance window. It is refused where no freeze window covers it.",
    },
    {
      line: 'npm run rollout -- notice --stage production --about complete --features "a calendar of ceremonies"',
      purpose: "After the promote.",
    },
    {
      line: 'npm run rollout -- notice --stage production --about problem --means "Invoices look as before" --data kept',
      purpose: "After a rollback that users have noticed.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      about: { kind: "enum", values: noticeKinds, brief: "What it is about." },
      start: { ...textFlag, placeholder: "date", brief: "Day 1 of the release plan; for planned." },
      from: { ...time, brief: "First minute, local time; for window." },
      until: { ...time, brief: "First minute after, local time; for window." },
      at: { ...time, brief: "When it happened, local time; for problem. Default: now." },
      features: { ...textFlag, brief: "What is new, in the users' words." },
      why: { ...textFlag, brief: "Why the service is not available." },
      means: { ...textFlag, brief: "What the return means for users." },
      data: { kind: "enum", values: ["kept", "lost"], optional: true, brief: "What was entered since the update." },
    },
  },
  func: action(async ({ stage, json: _json, ...asked }: NoticeFlags, openWorld) => {
    const { writeNotice } = await import("../notices/notice.ts");
    return writeNotice(await openWorld(stage), asked);
  }),
});

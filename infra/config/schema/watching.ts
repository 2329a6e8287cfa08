import { z } from "zod";
import {
  addressRange,
  block,
  list,
  logRetentionDays,
  mailAddress,
  nonEmptyList,
  oneOf,
  patterned,
  positiveNumber,
  urlPath,
  wholeNumber,
} from "./primitives.ts";

/** `edge`: the web application firewall. */
export const edge = block({
  requestsPerFiveMinutes: wholeNumber(100, 2_000_000).describe("Requests that one address may make in five minutes."),
  loginRequestsPerFiveMinutes: wholeNumber(10, 2_000_000).describe(
    "Login attempts that one address may make in five minutes.",
  ),
  candidateHostRequestsPerFiveMinutes: wholeNumber(10, 2_000_000)
    .default(2000)
    .describe(
      "Requests that the candidate's own host takes in five minutes, from all addresses together: its tasks also serve the public.",
    ),
  candidateHostAllowedRanges: list(addressRange)
    .default([])
    .describe("Addresses that the candidate's own host answers, such as an office's. Default: all."),
  loginPathPrefixes: nonEmptyList(urlPath).describe("Paths that the login limit covers (guide M4)."),
  logRetentionDays: logRetentionDays.describe("Days that the firewall's logs are kept."),
}).describe("The web application firewall.");

const uuid = patterned(
  /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/,
  "an id such as 74361522-da01-538d-aa2e-ac7918c6bb92",
);

/**
 * `alerts.chat`. The patterns are those of AWS's API for chats.
 *
 * @see Amazon Q Developer in chat applications API Reference, "CreateSlackChannelConfiguration",
 *   "CreateMicrosoftTeamsChannelConfiguration"
 */
const chat = block({
  slack: block({
    workspaceId: patterned(/^[0-9A-Z]{1,255}$/, "the id of a Slack workspace such as T07EA123LEP").describe(
      "The workspace that somebody has authorized in AWS's console.",
    ),
    channelId: patterned(/^[A-Za-z0-9]{1,255}$/, "the id of a Slack channel such as C07EZ1ABC23").describe(
      "The channel, as its link ends.",
    ),
  })
    .optional()
    .describe("A channel of Slack."),
  teams: block({
    tenantId: uuid.describe("The Microsoft tenant."),
    teamId: uuid.describe(
      "The team that somebody has authorized in AWS's console. Another stage in the same account needs another team: AWS's provider finds a channel by its team.",
    ),
    channelId: patterned(
      /^[\w=+/.,-]*%3[aA][\w=+/.,-]*%40[\w=+/.,-]*$/,
      "the id of a Teams channel as its link has it, such as 19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2",
    ).describe("The channel, as it stands in its link."),
  })
    .optional()
    .describe("A channel of Microsoft Teams."),
})
  .optional()
  .describe("Chats that show what the same people are mailed (guide K2). None by default.");

/** `alerts`: when people are told and when traffic returns (guide A1 to A5). */
export const alerts = block({
  notify: nonEmptyList(mailAddress).describe("Addresses that alarms and rollbacks are sent to (guide K2)."),
  messages: list(oneOf("moves", "verdicts"))
    .default([])
    .describe(
      "What the commands tell the same people besides alarms and rollbacks: moves (each step, promote, return and resume, and an update that failed) and verdicts (a gate that refused a move). None by default.",
    ),
  chat,
  errorRatePercent: positiveNumber(100).describe("Guide A1: alarm above this share of failed requests."),
  responseTimeSeconds: positiveNumber(60).describe("Guide A2: alarm above this p95 response time."),
  memoryPercent: wholeNumber(1, 100).describe("Guide A4: alarm above this share of a task's memory."),
  diskPercent: wholeNumber(1, 100).describe("Guide A5: alarm above this share of the database's storage."),
  minimumErrors: wholeNumber(1, 60).describe(
    "Fewest failing minutes that return traffic, and fewest slow requests that make a response time: one failed request in ten is not yet an error rate of 10 %.",
  ),
  window: patterned(/^[1-9]\d*[mh]$/, "a window of whole minutes or hours such as 5m").describe(
    "Short time window of the response time. Failing minutes have windows of their own.",
  ),
}).describe("Thresholds of the alarms and who is told.");

/** `objectives`: what the team promises (guide C1 to C3). */
export const objectives = block({
  availabilityPercent: z
    .number({ error: "a number from 90 to 100" })
    .min(90)
    .max(100)
    .describe("Guide C1: share of requests answered without a server error."),
  averageResponseMilliseconds: wholeNumber(1, 60_000).describe("Guide C2: average response time."),
  errorRatePercent: positiveNumber(100).describe("Guide C3: error rate."),
}).describe("Service level objectives.");

/** `notices`: what notices to users name (guide K4). */
export const notices = block({
  contact: mailAddress.describe("Where users can ask."),
})
  .optional()
  .describe("Notices to users. npm run rollout -- notice writes them, and sends nothing.");

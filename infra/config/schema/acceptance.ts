import { block, list, nonEmptyList, patterned, plainText, wholeNumber } from "./primitives.ts";

const line = plainText(1, "one line of text, without invisible characters");

const teamName = patterned(
  /^[a-z][a-z0-9-]{0,30}$/,
  "the name of a team in lower case, such as qa, which names its file",
);

const parts = block({
  teams: nonEmptyList(teamName)
    .default(["development", "qa", "product", "security"])
    .describe("Teams that accept a release, each in a file of its own (guide T6)."),
  betaUsers: wholeNumber(0, 50)
    .default(5)
    .describe("How many beta users do, 5 to 10 in the guide. They are numbered: no name is kept."),
  devices: list(line)
    .default(["a phone", "Chrome", "Firefox", "Safari"])
    .describe("Where each team repeats the checklist's main steps (guide T5: mobile, browsers)."),
  checklist: nonEmptyList(line)
    .default([
      "register, log in, log out; a wrong password is refused",
      "what users work with most: create, read, update, delete",
      "e-mail notifications arrive",
    ])
    .describe("What each team goes through (guide T5)."),
  scenarios: nonEmptyList(line)
    .default([
      "Do what you did last in the version before, from log-in to the end",
      "Find something from last month on a phone",
    ])
    .describe("What each team and each beta user tries, in a user's words (guide T6)."),
});

/** `acceptance`: who accepts a release, and by what (guide T5, T6). */
export const acceptance = parts
  .default(parts.parse({}))
  .describe("Who accepts a release, and by what. npm run rollout -- acceptance writes a file for each of them.");

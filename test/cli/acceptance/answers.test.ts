import { describe, expect, it } from "vitest";
import { answerText } from "../../../cli/acceptance/answer.ts";
import { formsOf, formText } from "../../../cli/acceptance/form.ts";
import { readAnswer } from "../../../cli/acceptance/read-answer.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";

const config = {
  teams: ["qa"],
  betaUsers: 2,
  devices: ["a phone"],
  checklist: ["log in", "couple: create, read"],
  scenarios: ["find an invoice"],
};
const forms = formsOf(config);
const [qa, beta] = forms;
if (qa === undefined || beta === undefined) throw new Error("There are no forms.");

/** The form of qa with a result in each line, as a spreadsheet writes it. */
function filled(results: readonly string[], separator = ","): string {
  return formText(qa ?? forms[0] ?? never())
    .split("\r\n")
    .map((line, index) => (index === 0 ? line : line.replace(/,,$/, `,${results[index - 1] ?? ""},"Jane Doe, 0400"`)))
    .map((line) => (separator === "," ? line : line.replace(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/g, separator)))
    .join("\r\n");
}

function never(): never {
  throw new Error("There is no form.");
}

describe("the forms", () => {
  it("are one for each team with checklist and devices, and one for each beta user without", () => {
    expect(forms.map(({ who, lines }) => [who, lines.map(({ part }) => part)])).toEqual([
      ["qa", ["checklist", "checklist", "device", "scenario", "decision"]],
      ["beta-user-1", ["scenario", "decision"]],
      ["beta-user-2", ["scenario", "decision"]],
    ]);
    expect(formText(qa)).toBe(
      [
        "part,item,result,note",
        "checklist,log in,,",
        'checklist,"couple: create, read",,',
        "device,the checklist's main steps on a phone,,",
        "scenario,find an invoice,,",
        "decision,This release may go to production,,",
        "",
      ].join("\r\n"),
    );
  });

  it("are the guide's four teams and at least 5 beta users where the config says nothing", () => {
    const byDefault = formsOf(readConfig("production").acceptance);
    expect(byDefault.filter(({ isTeam }) => isTeam).map(({ who }) => who)).toEqual([
      "development",
      "qa",
      "product",
      "security",
    ]);
    expect(byDefault.filter(({ isTeam }) => !isTeam)).toHaveLength(5);
  });
});

describe("an answer", () => {
  it.each([
    ["accepted", ["pass", "PASS", "pass", "pass", "pass"], "accepted"],
    ["accepted", ["pass", "difficulty", "pass", "pass", "pass"], "accepted; with difficulty: couple: create, read"],
    ["not accepted", ["pass", "pass", "pass", "fail", "pass"], "not accepted: find an invoice"],
    ["not accepted", ["pass", "pass", "pass", "pass", "fail"], "not accepted: This release may go to production"],
    ["open", ["pass", "pass", "pass", "pass", ""], "1 line is not filled in"],
    ["open", [], "5 lines are not filled in"],
    [
      "unreadable",
      ["pass", "perhaps", "pass", "maybe"],
      "line 3: result must be pass, difficulty, fail or nothing; line 5: result must be pass, difficulty, fail or nothing",
    ],
  ] as const)("is %s by the results %j, and quotes no note", (state, results, told) => {
    for (const separator of [",", ";"]) {
      const answer = readAnswer(qa, filled(results, separator));
      expect(answer.state).toBe(state);
      expect(answerText(answer)).toBe(told);
      expect(JSON.stringify(answer)).not.toMatch(/Jane|0400/);
    }
  });

  it("is open where nobody has answered, and unreadable where it is about other items or no CSV", () => {
    expect(readAnswer(beta, undefined)).toMatchObject({ state: "open", open: 2 });
    expect(answerText(readAnswer(beta, "part,item,result\nscenario,something else,pass\n"))).toBe(
      "line 2: the form has no such item",
    );
    expect(answerText(readAnswer(beta, "item\nfind an invoice\n"))).toBe("the first line lacks part, result");
    expect(answerText(readAnswer(beta, 'part,item,result\na,"b,c'))).toMatch(/it is no CSV \(CSV_/);
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseFeedback } from "../../../infra/feedback/parse-feedback.ts";
import { readFeedback } from "../../../infra/feedback/read-feedback.ts";
import { bothImages, recordAt } from "../../support/rollout.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { readConfig } from "../config/fixture-config.ts";

const context = {
  images: { blue: `sha256:${"b".repeat(64)}`, green: `sha256:${"9".repeat(64)}` },
  labels: { blue: null, green: "2.4.0" },
  hosts: { public: ["api.example.com", "example.com"], candidate: "api-v2.example.com" },
  candidate: "green" as const,
};
const parse = (...lines: readonly string[]) => parseFeedback(lines.join("\n"), context);
const time = "2026-12-07T10:20:00+11:00";

describe("parseFeedback", () => {
  it("knows a release by colour, label, digits of its digest and its own host", () => {
    const lines = ["green,,5", "2.4.0,,1", "9999999,,3", `sha256:${"b".repeat(12)},,2`, ",api-v2.example.com,ok"];
    const found = parse(
      "time,release,host,rating",
      ...lines.map((line) => `${time},${line}`),
      `${time},,example.com,problem`,
    );
    expect(found.map(({ subject, isProblem }) => [subject, isProblem])).toEqual([
      ["green", false],
      ["green", true],
      ["green", false],
      ["blue", true],
      ["green", false],
      ["either", true],
    ]);
    expect(found[0]?.at).toBe(Date.parse("2026-12-06T23:20:00Z"));
  });

  it("takes what forms write: quotes, a mark of the byte order, empty lines, other columns and their order", () => {
    const found = parse("\uFEFFName, Rating ,Time,Release,Comment", "", `"Doe, Jane",4,${time},green,"two\nlines"`, "");
    expect(found).toEqual([{ at: Date.parse(time), subject: "green", isProblem: false }]);
  });

  it("names every problem with its line, and quotes nothing that a user wrote", () => {
    const error = (() => {
      try {
        parse(
          "time,release,rating,comment",
          "yesterday,green,5,a",
          `${time},jane@example.com,9,b`,
          `${time},green,4,c`,
        );
        return "";
      } catch (thrown) {
        return String(thrown);
      }
    })();
    expect(error).toContain("line 2: time must be ISO 8601 with its zone");
    expect(error).toContain("line 3: release must be blue, green, a label");
    expect(error).toContain("line 3: rating must be 1 to 5, ok or problem");
    expect(error).not.toMatch(/yesterday|jane|line 4/);
  });

  it.each([
    [
      "columns that are missing",
      "when,what\n1,2",
      "lacks the column time; the first line lacks the column rating; the first line lacks the column release or host",
    ],
    ["a column that is there twice", "time,time,rating,host\n1,2,3,4", "has the column time twice"],
    ["a quote that does not end", `time,release,rating\n${time},green,"4`, "it is no CSV (CSV_QUOTE_NOT_CLOSED)"],
    [
      "a line with too few values",
      `time,release,rating\n${time},secret`,
      "line 2: it is no CSV (CSV_RECORD_INCONSISTENT_COLUMNS)",
    ],
  ])("refuses %s", (_, text, told) => {
    expect(() => parseFeedback(text, context)).toThrow(told);
    expect(() => parseFeedback(text, context)).not.toThrow("secret");
  });

  it("names ten problems and counts the rest", () => {
    const lines = Array.from({ length: 30 }, () => `${time},green,bad`);
    expect(() => parse("time,release,rating", ...lines)).toThrow(/^line 2: .*; line 11: [^;]*; and 20 more$/);
  });
});

describe("readFeedback", () => {
  const record = recordAt(5, { images: bothImages });
  const read = (from: string, folder = "/nowhere", fetchText?: (url: URL) => Promise<string>) =>
    readFeedback({
      config: readConfig("production", { "rollout.feedback.from": from }),
      record,
      folder,
      ...(fetchText === undefined ? {} : { fetchText }),
    });

  it("reads a file below the project's folder, and a URL", async () => {
    const folder = temporaryFolder();
    const text = `time,release,rating\n${time},green,problem\n`;
    writeFileSync(join(folder, "feedback.csv"), text);
    const answers = { answers: [{ at: Date.parse(time), subject: "green", isProblem: true }] };
    expect(await read("feedback.csv", folder)).toEqual(answers);
    expect(await read("https://forms.example.com/a?key=hunter2", folder, async () => text)).toEqual(answers);
  });

  it("says why it could not, and shows of a URL the host alone, since the rest can open the form", async () => {
    expect(await read("feedback.csv")).toEqual({ unread: "feedback.csv: there is no such file" });
    const failing = async () => Promise.reject(new Error("it answered 404"));
    expect(await read("https://forms.example.com/a?key=hunter2", "/", failing)).toEqual({
      unread: "the URL at forms.example.com: it answered 404",
    });
    expect(await read("https://127.0.0.1:1/a?key=hunter2")).toEqual({
      unread: "the URL at 127.0.0.1:1: it could not be reached",
    });
  });

  it("reads no file that is larger than answers are", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "feedback.csv"), "x".repeat(1024 ** 2 + 1));
    expect(await read("feedback.csv", folder)).toEqual({ unread: "feedback.csv: it is larger than 1 MiB" });
  });

  it("asks nobody where the config names no source", async () => {
    const config = readConfig("production");
    expect(await readFeedback({ config, record, folder: "/nowhere" })).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";
import { isMatch } from "../../../rehearsal/validate/pattern.ts";
import { openServiceModels } from "../../../rehearsal/validate/service-model.ts";
import { callTable } from "../../../rehearsal/validate/table/call-table.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";

describe("isMatch", () => {
  it.each([
    ["the whole text where the pattern has no anchor", String.raw`[\w+=,.@-]+`, "portal@1", "portal 1"],
    ["where the pattern says it stands", "^(range|count|sum)", "range(a)", "arrange"],
    ["letters of any alphabet", String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`, "Ärztin 1", "a;b"],
    ["needless escapes beside them", String.raw`^!?\*?([\p{L}\p{Z}\p{N}_.:/=+\-@]*)\*?$`, "!*a", "a!"],
    ["a class of Java", String.raw`\p{Print}+`, "a ~", "ä"],
    ["surrogate pairs", String.raw`[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*`, "a 😀", "a\u0001"],
    ["a flag at the beginning", "(?i)all|[0-9]{12}", "ALL", "none"],
    ["a pattern between slashes", String.raw`/[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*/`, "a", "–"],
    ["an escaped dollar at the end", String.raw`a\$`, "a$", "ba$"],
    ["no newline where the pattern has a dot", ".*", "a", "a\nb"],
  ])("knows %s: %s", (_what, pattern, accepted, refused) => {
    expect(isMatch(accepted, pattern)).toBe(true);
    expect(isMatch(refused, pattern)).toBe(false);
  });

  it("skips no pattern that it cannot translate", () => {
    expect(() => isMatch("a", String.raw`\p{Unheard}+`)).toThrow(SyntaxError);
  });
});

describeWithMoto("the patterns of every service that is called", () => {
  it("can all be translated", async () => {
    const environment = await prepareMotoEnvironment();
    if ("missing" in environment) throw new Error(environment.missing);
    const models = openServiceModels(environment.python);
    const services = new Set(Object.values(callTable).flatMap(({ calls }) => calls.map(({ service }) => service)));
    const patterns = [...services].flatMap((service) =>
      Object.values(models.model(service).shapes).flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern])),
    );
    expect(patterns.length).toBeGreaterThan(300);
    for (const pattern of patterns) isMatch("", pattern);
  });
});

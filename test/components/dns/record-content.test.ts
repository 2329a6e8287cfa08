import { describe, expect, it } from "vitest";
import { caaData, txtContent, withoutTrailingDot } from "../../../components/dns/record-content.ts";

describe("withoutTrailingDot", () => {
  it("drops the one dot that ends a zone-file name", () => {
    expect(withoutTrailingDot("_x.api.celebrant-portal.com.")).toBe("_x.api.celebrant-portal.com");
    expect(withoutTrailingDot("api.celebrant-portal.com")).toBe("api.celebrant-portal.com");
  });
});

describe("txtContent", () => {
  it("quotes a text", () => {
    expect(txtContent("v=spf1 include:amazonses.com ~all")).toBe('"v=spf1 include:amazonses.com ~all"');
  });

  it("splits a text after each 255 bytes", () => {
    expect(txtContent("a".repeat(255))).toBe(`"${"a".repeat(255)}"`);
    expect(txtContent(`${"a".repeat(255)}${"b".repeat(255)}c`)).toBe(`"${"a".repeat(255)}" "${"b".repeat(255)}" "c"`);
  });

  it.each(['"v=spf1 -all"', "a\\b", "größe", "two\nlines", ""])("refuses %j", (text) => {
    expect(() => txtContent(text)).toThrow(
      `TXT content ${JSON.stringify(text)} holds something other than printable ASCII without " and \\.`,
    );
  });
});

describe("caaData", () => {
  it("reads flags, tag and value", () => {
    expect(caaData('0 issue "amazon.com"')).toEqual({ flags: 0, tag: "issue", value: "amazon.com" });
    expect(caaData('128 iodef "mailto:security@celebrant-portal.com"')).toEqual({
      flags: 128,
      tag: "iodef",
      value: "mailto:security@celebrant-portal.com",
    });
  });

  it.each(["amazon.com", "0 issue amazon.com", '1 issue "amazon.com"', '0 allow "amazon.com"'])(
    "refuses %j",
    (text) => {
      expect(() => caaData(text)).toThrow(
        `CAA content ${JSON.stringify(text)} is not flags, tag and quoted value. Write it as 0 issue "amazon.com".`,
      );
    },
  );
});

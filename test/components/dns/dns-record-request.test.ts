import { describe, expect, it } from "vitest";
import { txtContent, withoutTrailingDot } from "../../../components/dns/dns-record-request.ts";

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

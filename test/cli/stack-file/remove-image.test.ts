import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { editStackFile } from "../../../cli/stack-file/edit.ts";
import { type Colour, colours, otherColour } from "../../../rollout/colour.ts";
import { digest } from "../../support/rollout.ts";

const [a, b] = [digest("a"), digest("b")];
const key = "celebrant-portal:images";
const weight = "  celebrant-portal:candidateWeight: 0 # now";

const file = (...lines: string[]) => ["config:", "  aws:region: x", ...lines, weight, ""].join("\n");
const retire = (text: string, retiredColour: Colour = "blue") => editStackFile(text, { retiredColour });

describe("editStackFile with a retired colour", () => {
  it("takes the one line out of a block of two, with its comment, and leaves every other byte", () => {
    const text = file(
      `  ${key}: # which run`,
      "    # the first",
      `    blue: ${a} # 1.0.0`,
      `    green: "${b}" # 1.1.0`,
    );
    expect(retire(text)).toBe(file(`  ${key}: # which run`, "    # the first", `    green: "${b}" # 1.1.0`));
    expect(retire(text, "green")).toBe(file(`  ${key}: # which run`, "    # the first", `    blue: ${a} # 1.0.0`));
  });

  it("leaves an empty block where the last one is taken out, with the comments above it", () => {
    expect(retire(file(`  ${key}:`, `    blue: ${a} # 1.0.0`))).toBe(file(`  ${key}: {}`));
    expect(retire(file(`  ${key}: # which run`, "    # the first", `    blue: ${a}`, "    # the end"))).toBe(
      file(`  ${key}: {} # which run`, "    # the first", "    # the end"),
    );
  });

  it("takes one out of a block that stands on one line", () => {
    expect(retire(file(`  ${key}: { blue: ${a}, "green": '${b}' } # both`))).toBe(
      file(`  ${key}: { "green": '${b}' } # both`),
    );
    expect(retire(file(`  ${key}: {green: ${b}, blue: ${a}}`))).toBe(file(`  ${key}: { green: ${b} }`));
    expect(retire(file(`  ${key}: { blue: ${a} } # one`))).toBe(file(`  ${key}: {} # one`));
  });

  it.each([
    ["no images", []],
    ["an empty block", [`  ${key}: {}`]],
    ["nothing behind the key", [`  ${key}:`]],
    ["nothing but a comment", [`  ${key}: # none yet`]],
    ["the other colour alone", [`  ${key}:`, `    green: ${b}`]],
    ["the other colour alone on one line", [`  ${key}: { green: ${b} }`]],
  ])("changes nothing in a file with %s", (_what, lines) => {
    expect(retire(file(...lines))).toBe(file(...lines));
  });

  it("takes out a colour whose image is empty", () => {
    expect(retire(file(`  ${key}:`, "    blue:", `    green: ${b}`))).toBe(file(`  ${key}:`, `    green: ${b}`));
    expect(retire(file(`  ${key}: { blue: , green: ${b} }`))).toBe(file(`  ${key}: { green: ${b} }`));
  });

  it("takes out an image that is written as a block of text", () => {
    const text = file(`  ${key}:`, "    blue: >-", `      ${a}`, `    green: ${b}`);
    expect(retire(text)).toBe(file(`  ${key}:`, `    green: ${b}`));
    expect(parse(retire(text, "green")).config[key]).toEqual({ blue: a });
  });

  it("keeps the line endings of the file", () => {
    const dos = (text: string) => text.replaceAll("\n", "\r\n");
    const two = file(`  ${key}:`, `    blue: ${a}`, `    green: ${b}`);
    expect(retire(dos(two))).toBe(dos(file(`  ${key}:`, `    green: ${b}`)));
    expect(retire(dos(file(`  ${key}:`, `    blue: ${a}`)))).toBe(dos(file(`  ${key}: {}`)));
  });

  it("takes the last line out of a file that ends without a line break", () => {
    const text = `config:\n${weight}\n  ${key}:\n    blue: ${a}`;
    expect(retire(text)).toBe(`config:\n${weight}\n  ${key}: {}\n`);
    expect(retire(`${text}\n    green: ${b}`, "green")).toBe(`${text}\n`);
  });

  it("finds the other spellings of the key", () => {
    for (const spelling of ["images", "celebrant-portal:config:images"]) {
      expect(retire(file(`  ${spelling}:`, `    blue: ${a}`))).toBe(file(`  ${spelling}: {}`));
    }
  });

  it("is one edit with the rest of a move", () => {
    const text = file(`  ${key}:`, `    blue: ${a}`, "  celebrant-portal:liveColour: blue");
    expect(
      editStackFile(text, { retiredColour: "blue", liveColour: "green", rolloutOverride: "retired-for-inc-12" }),
    ).toBe(
      `${file(`  ${key}: {}`, "  celebrant-portal:liveColour: green")}  celebrant-portal:rolloutOverride: retired-for-inc-12\n`,
    );
  });

  it.each([
    ["a text", [`  ${key}: ${a}`]],
    ["a list", [`  ${key}: [blue]`]],
    ["an alias", ["  other:key: &i { blue: x }", `  ${key}: *i`]],
    ["a name that others refer to", [`  ${key}: &i`, `    blue: ${a}`]],
    ["a colour that is no text", [`  ${key}:`, "    blue:", "      secure: abc", `    green: ${b}`]],
    ["an image that another setting refers to", [`  ${key}:`, `    blue: &i ${a}`, "  other:key: *i"]],
    ["a colour that refers to another", [`  ${key}:`, `    blue: &i ${a}`, "    green: *i"]],
  ])("refuses images of %s, and changes nothing", (_what, lines) => {
    expect(() => retire(file(...lines))).toThrow(
      `${key} in the stack file must be a block of colours, such as "{ blue: sha256:… }". Nothing was changed.`,
    );
  });

  it("refuses images in two spellings", () => {
    expect(() => retire(file(`  ${key}: {}`, "  images: {}"))).toThrow(`${key} is in the stack file 2 times.`);
  });

  it("reads as the file without that colour, in whatever style it is written", () => {
    const value = (text: string) => fc.constantFrom(text, `"${text}"`, `'${text}'`);
    const comment = fc.constantFrom("", " # it's: { mine }", "   # blue: no");
    const entry = fc.record({ blue: value(a), green: value(b), first: comment, second: comment });
    const style = fc.record({
      entry,
      flow: fc.boolean(),
      present: fc.subarray([...colours]),
      reversed: fc.boolean(),
      headComment: comment,
      blank: fc.boolean(),
      lineBreak: fc.constantFrom("\n", "\r\n"),
      retired: fc.constantFrom(...colours),
    });
    fc.assert(
      fc.property(style, ({ entry, flow, present, reversed, headComment, blank, lineBreak, retired }) => {
        const order = reversed ? present.toReversed() : present;
        const comments = { [order[0] ?? ""]: entry.first, [order[1] ?? ""]: entry.second };
        const block = order.map((colour) => `    ${colour}: ${entry[colour]}${comments[colour]}`);
        const inOne = `{ ${order.map((colour) => `${colour}: ${entry[colour]}`).join(", ")} }`;
        const lines = flow ? [`  ${key}: ${inOne}${headComment}`] : [`  ${key}:${headComment}`, ...block];
        const before = file(...lines, ...(blank ? ["", "  # next"] : [])).replaceAll("\n", lineBreak);
        const after = retire(before, retired);
        const images = present.includes(retired)
          ? Object.fromEntries(
              order.flatMap((colour) => (colour === retired ? [] : [[colour, colour === "blue" ? a : b]])),
            )
          : parse(before).config[key];
        expect(parse(after).config).toEqual({ ...parse(before).config, [key]: images });
        // The other colour's own line and all around the block stay.
        if (!flow && present.includes(otherColour(retired))) {
          expect(after.split(lineBreak)).toEqual(
            before.split(lineBreak).filter((line) => !line.startsWith(`    ${retired}:`)),
          );
        }
        expect(retire(after, retired)).toBe(after);
      }),
    );
  });
});

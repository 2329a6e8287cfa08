import { describe, expect, it } from "vitest";
import { digestOf, imageOf } from "../../../components/api/task-definition.ts";
import { digest, image } from "./service-args.ts";

describe("digestOf", () => {
  it("is what follows the repository", () => {
    expect(digestOf(image)).toBe(digest);
  });
});

describe("imageOf", () => {
  it("finds the API's container among others", () => {
    expect(
      imageOf(
        JSON.stringify([
          { name: "agent", image: "agent@1" },
          { name: "api", image },
        ]),
      ),
    ).toBe(image);
  });

  it("says what it found when the API's container is missing", () => {
    expect(() => imageOf('[{"name":"agent","image":"x"}]')).toThrow(
      "The task definition has no container api with an image; it has agent.",
    );
    expect(() => imageOf("[]")).toThrow("it has none.");
  });
});

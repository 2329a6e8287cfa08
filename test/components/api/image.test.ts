import { describe, expect, it } from "vitest";
import { imageByDigest, imageDigest, imageOf } from "../../../components/api/image.ts";
import { digest, image } from "./service-args.ts";

describe("imageByDigest", () => {
  it("passes an image that is named by digest", () => {
    expect(imageByDigest(image)).toBe(image);
    expect(imageDigest(image)).toBe(digest);
  });

  it.each(["portal:v1.2.0", "portal", `portal@sha256:${"4e".repeat(31)}`, `@${digest}`])("refuses %s", (tagged) => {
    expect(() => imageByDigest(tagged)).toThrow(
      `The image ${tagged} is not named by digest. A tag can move while traffic is on it`,
    );
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

import { describe, expect, it } from "vitest";
import { documentProblems, isEveryone, statementsOf } from "../../policies/policy-documents.ts";

describe("statementsOf", () => {
  it("reads one-or-many members as lists", () => {
    const statement = {
      Effect: "Allow",
      Principal: { AWS: ["a", "b"], Service: "c" },
      Action: "s3:GetObject",
      Resource: "*",
    };
    expect(statementsOf(JSON.stringify({ Statement: statement }))).toEqual([
      {
        label: "statement 1",
        effect: "Allow",
        principals: [
          { kind: "AWS", name: "a" },
          { kind: "AWS", name: "b" },
          { kind: "Service", name: "c" },
        ],
        notPrincipals: [],
        actions: ["s3:GetObject"],
        notActions: [],
        resources: ["*"],
        notResources: [],
        condition: {},
      },
    ]);
  });

  it("names a statement by its Sid, or else by its place", () => {
    const statements = statementsOf({ Statement: [{ Sid: "ReadSecrets" }, { Sid: "" }] });
    expect(statements.map(({ label }) => label)).toEqual(["statement ReadSecrets", "statement 2"]);
  });

  it.each([["{"], ["[]"], ['"text"'], [undefined]])("finds none in %s", (document) => {
    expect(statementsOf(document)).toEqual([]);
  });
});

describe("documentProblems", () => {
  it.each([
    ["{", "is not valid JSON"],
    ["[]", "is not a JSON object"],
    ["{}", "has no statement"],
    ['{"Statement":[]}', "has no statement"],
    ['{"Statement":["Allow"]}', "has a statement 1 that is not an object"],
    ['{"statement":[],"Statement":[{"Effect":"Deny"}]}', "has the element statement, which no policy document has"],
    ['{"Statement":[{"Sid":"A","Effect":"allow"}]}', "has an Effect in statement A that is neither Allow nor Deny"],
    ['{"Statement":[{"Effect":"Allow","Actions":"*"}]}', "has the element Actions in statement 1"],
    [
      '{"Statement":[{"Effect":"Allow","Condition":{"Bool":"true"}}]}',
      "has a Condition in statement 1 that is not an object of operators",
    ],
  ])("says of %s that it %s", (document, problem) => {
    expect(documentProblems(document)).toEqual([problem]);
  });

  it("says nothing of a document that is whole, or absent", () => {
    const statement = {
      Sid: "A",
      Effect: "Allow",
      Action: "*",
      Condition: { Bool: { "aws:SecureTransport": "true" } },
    };
    expect(documentProblems({ Version: "2012-10-17", Id: "a", Statement: statement })).toEqual([]);
    expect(documentProblems(undefined)).toEqual([]);
  });
});

describe("isEveryone", () => {
  it.each([
    ["*", true],
    ["arn:aws:iam::*:root", true],
    ["arn:aws:iam::123456789012:root", false],
    ["events.amazonaws.com", false],
  ])("of %s is %s", (name, expected) => expect(isEveryone({ kind: "AWS", name })).toBe(expected));
});

import { describe, expect, it } from "vitest";
import { diffOutputs, diffPlans } from "../../../rehearsal/plan/diff-plans.ts";
import { diffValues } from "../../../rehearsal/plan/diff-values.ts";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { markReplacements } from "../../../rehearsal/plan/replacement/mark-replacements.ts";
import { renderChanges } from "../../../rehearsal/plan/report/render-changes.ts";

function resource(name: string, inputs: Record<string, unknown>, over: Partial<PlannedResource> = {}): PlannedResource {
  const type = over.type ?? "aws:lb/listenerRule:ListenerRule";
  const urn = `urn:pulumi:production::celebrant-portal::${type}::${name}`;
  return {
    type,
    name,
    urn,
    custom: true,
    id: name,
    inputs,
    outputs: inputs,
    secretPaths: [],
    ignoreChanges: [],
    protect: false,
    ...over,
  };
}

const weights = (blue: number) => ({
  priority: 10,
  actions: [
    {
      type: "forward",
      forward: {
        targetGroups: [
          { arn: "b", weight: blue },
          { arn: "g", weight: 100 - blue },
        ],
      },
    },
  ],
});

describe("diffValues", () => {
  it("names each differing property by its path, at the depth where it differs", () => {
    expect(diffValues(weights(95), weights(75))).toEqual([
      { path: "actions[0].forward.targetGroups[0].weight", before: 95, after: 75 },
      { path: "actions[0].forward.targetGroups[1].weight", before: 5, after: 25 },
    ]);
  });

  it("looks into texts that hold JSON, and shows lists that differ in between whole", () => {
    expect(diffValues({ policy: '{"a":[1,2],"b":1}' }, { policy: '{"a":[2],"b":2}' })).toEqual([
      { path: "policy.a", before: [1, 2], after: [2] },
      { path: "policy.b", before: 1, after: 2 },
    ]);
  });

  it("shows only what was added to the end of a list, or taken from it", () => {
    expect(diffValues({ history: [{ at: 1 }] }, { history: [{ at: 1 }, { at: 2 }] })).toEqual([
      { path: "history[1]", after: { at: 2 } },
    ]);
    expect(diffValues([1, 2], [1])).toEqual([{ path: "[1]", before: 2 }]);
  });

  it("tells an absent property from one that is null, and a text from what it holds", () => {
    expect(diffValues({}, { a: null })).toEqual([{ path: "a", after: null }]);
    expect(diffValues({ a: 1 }, {})).toEqual([{ path: "a", before: 1 }]);
    expect(diffValues("[broken", "[broken]")).toEqual([{ path: "", before: "[broken", after: "[broken]" }]);
  });
});

describe("diffPlans", () => {
  const plan = (...resources: PlannedResource[]) => ({ resources, outputs: {} });

  it("names creates, updates and deletes, and leaves components and stack references out", () => {
    const component = resource("portal", { a: 1 }, { custom: false, type: "celebrant:traffic:Traffic" });
    const reference = resource("self", { a: 1 }, { type: "pulumi:pulumi:StackReference" });
    const before = plan(
      resource("kept", { a: 1 }),
      resource("changed", { a: 1 }),
      resource("gone", {}),
      component,
      reference,
    );
    const after = plan(
      resource("kept", { a: 1 }),
      resource("changed", { a: 2 }),
      resource("fresh", {}),
      { ...component, inputs: { a: 2 } },
      { ...reference, inputs: { a: 2 } },
    );
    expect(diffPlans(before, after).map(({ kind, name, properties }) => ({ kind, name, properties }))).toEqual([
      { kind: "update", name: "changed", properties: [{ path: "a", before: 1, after: 2 }] },
      { kind: "create", name: "fresh", properties: [] },
      { kind: "delete", name: "gone", properties: [] },
    ]);
  });

  it("leaves out what the program ignores, and only that", () => {
    const options = { ignoreChanges: ["value"] };
    const before = plan(resource("latch", { value: { state: "clear" }, type: "String" }, options));
    expect(diffPlans(before, plan(resource("latch", { value: { state: "set" }, type: "String" }, options)))).toEqual(
      [],
    );
    expect(diffPlans(before, plan(resource("latch", { value: {}, type: "List" }, options)))).toMatchObject([
      { properties: [{ path: "type" }] },
    ]);
  });

  it("compares secrets and shows none, wherever one is: in either plan, inside of a list or of an object", () => {
    const secretPaths = [["secretString"], ["containers", 0, "token"]];
    const inputs = (secret: string, more: readonly unknown[] = []) => ({
      secretString: `{"password":"${secret}"}`,
      containers: [{ token: secret, name: "api" }, ...more],
    });
    const marked = (secret: string, more?: readonly unknown[]) =>
      plan(resource("version", inputs(secret, more), { secretPaths }));
    // As an older planner wrote it.
    const { secretPaths: _, ...unmarked } = resource("version", inputs("hunter1"));
    const changed = [
      { path: "secretString", before: "[secret]", after: "[secret]" },
      { path: "containers[0].token", before: "[secret]", after: "[secret]" },
    ];
    for (const [before, after] of [
      [marked("hunter1"), marked("hunter2")],
      [{ resources: [unmarked], outputs: {} }, marked("hunter2")],
      [marked("hunter2"), { resources: [unmarked], outputs: {} }],
    ] as const) {
      expect(diffPlans(before, after)).toMatchObject([{ kind: "update", properties: changed }]);
    }
    expect(diffPlans(marked("hunter1"), marked("hunter1"))).toEqual([]);
    const [whole] = diffPlans(marked("hunter1"), plan(resource("version", {}, { secretPaths })));
    expect(whole?.properties).toEqual([
      { path: "secretString", before: "[secret]" },
      { path: "containers", before: [{ token: "[secret]", name: "api" }] },
    ]);
    const outputs = (key: string) => ({
      resources: [],
      outputs: { login: { key } },
      secretOutputs: [["login", "key"]],
    });
    expect(diffOutputs(outputs("hunter1"), outputs("hunter2"))).toEqual([
      { path: "login.key", before: "[secret]", after: "[secret]" },
    ]);
  });

  it("compares outputs too", () => {
    const outputs = (weightPercent: number) => ({ resources: [], outputs: { rollout: { weightPercent } } });
    expect(diffOutputs(outputs(5), outputs(25))).toEqual([{ path: "rollout.weightPercent", before: 5, after: 25 }]);
  });
});

describe("renderChanges", () => {
  it("reads as a sentence and a list", () => {
    const before = { resources: [resource("public", weights(95))], outputs: { weight: 5 } };
    const after = { resources: [resource("public", weights(75))], outputs: { weight: 25 } };
    expect(renderChanges(markReplacements(diffPlans(before, after), before, after), diffOutputs(before, after))).toBe(
      [
        "1 cloud resource changes:",
        "~ aws:lb/listenerRule:ListenerRule public",
        "    actions[0].forward.targetGroups[0].weight: 95 -> 75",
        "    actions[0].forward.targetGroups[1].weight: 5 -> 25",
        "stack outputs:",
        "    weight: 5 -> 25",
      ].join("\n"),
    );
    expect(renderChanges([], [])).toBe("No cloud resource changes.");
  });

  it("says of a secret whether it is new, changed or gone", () => {
    const secret = "[secret]";
    const outputs = [
      { path: "a", after: secret },
      { path: "b", before: secret, after: secret },
      { path: "c", before: secret },
    ];
    expect(renderChanges([], outputs).split("\n").slice(2)).toEqual([
      '    a: (absent) -> "[secret]"',
      "    b: [secret], changed",
      '    c: "[secret]" -> (absent)',
    ]);
  });
});

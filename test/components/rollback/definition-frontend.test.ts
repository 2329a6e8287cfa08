import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildRollbackDefinition } from "../../../components/rollback/definition.ts";
import { clearLatchText } from "../../../components/rollback/definition-check.ts";
import { Rollback } from "../../../components/rollback/rollback.ts";
import { type AwsActions, AwsError } from "../../../rehearsal/local/aws/actions.ts";
import { createMachine } from "../../../rehearsal/local/rollback/state-machine.ts";
import {
  formatReleasedFrontend,
  parseReleasedFrontend,
  type ReleasedFrontend,
} from "../../../rollout/frontend/released-frontend.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import { planProgram, testName } from "../../support/plan-component.ts";
import { startVercel, type VercelStandIn } from "../../support/vercel/vercel-stand-in.ts";
import { definitionOptions, rollbackArgs } from "./fixtures.ts";
import { rulesAnswer } from "./rules-answer.ts";

const token = "vercel-token";
const teamId = "team_abc123";
const since = "2026-11-20T08:00:00.000Z";
const parameterName = "/celebrant-portal/production/rollout/frontend";
const connectionArn = "arn:aws:events:ap-southeast-2:123456789012:connection/portal/1";
const { addressParameterName, latchParameterName } = definitionOptions;
let vercel: VercelStandIn;
let before: string;
let next: string;

/** Whether the traffic was moved when Vercel was called, in order. */
let order: string[];
let notices: { readonly Subject: string; readonly Message: string }[];
let parameters: Map<string, string>;

beforeEach(async () => {
  vercel = await startVercel({ projectName: "celebrant-portal", teamId, token, stagesPercent: [5, 100] });
  before = vercel.push();
  await call(`/v10/projects/${vercel.projectId}/promote/${before}`);
  next = vercel.push();
  vercel.startByHand(next);
  [order, notices] = [[], []];
  parameters = new Map([
    [latchParameterName, clearLatchText],
    [addressParameterName, JSON.stringify({ version: 1, candidateSince: since })],
    [parameterName, formatReleasedFrontend(released())],
  ]);
});
afterEach(() => vercel.stop());

const released = (change: Partial<ReleasedFrontend> = {}): ReleasedFrontend => ({
  version: 1,
  colour: "green",
  candidateSince: since,
  state: "out",
  deployment: next,
  before,
  projectId: vercel.projectId,
  teamId,
  at: since,
  ...change,
});

/** What an HTTP Task does: the connection adds the token, and a status that is no success is an error by its number. */
async function call(path: string, query = `?teamId=${teamId}`): Promise<unknown> {
  const response = await fetch(`${vercel.url}${path}${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new AwsError(`States.Http.StatusCode.${response.status}`, await response.text());
  return { StatusCode: response.status, Headers: {}, ResponseBody: await response.text() };
}

const actions: AwsActions = {
  "elasticloadbalancingv2:describeRules": () => rulesAnswer({ candidatePercent: 25 }),
  "elasticloadbalancingv2:modifyRule": () => void order.push("traffic"),
  "elasticloadbalancingv2:describeTargetHealth": () => ({
    TargetHealthDescriptions: [{ TargetHealth: { State: "healthy" } }],
  }),
  "cloudwatch:describeAlarms": () => ({}),
  "cloudwatch:getMetricData": () => ({}),
  "cloudwatch:putMetricData": () => ({}),
  "ssm:getParameter": (given) => {
    const { Name } = given as { readonly Name: string };
    const Value = parameters.get(Name);
    if (Value === undefined) throw new AwsError("Ssm.ParameterNotFoundException", Name);
    return { Parameter: { Name, Value } };
  },
  "ssm:putParameter": (given) => {
    const { Name, Value, Overwrite } = given as Readonly<Record<"Name" | "Value", string>> & { Overwrite?: boolean };
    if (parameters.has(Name) && Overwrite !== true) throw new AwsError("Ssm.ParameterAlreadyExistsException", Name);
    order.push(Name === latchParameterName ? "latch" : "parameter");
    parameters.set(Name, Value);
    return {};
  },
  "sns:publish": (given) => void notices.push(given as (typeof notices)[number]),
  "http:invoke": async (given) => {
    order.push("frontend");
    const { ApiEndpoint, QueryParameters, Method, Authentication } = given as {
      readonly ApiEndpoint: string;
      readonly Method: string;
      readonly QueryParameters: { readonly teamId: string };
      readonly Authentication: unknown;
    };
    expect([Method, Authentication]).toEqual(["POST", { ConnectionArn: connectionArn }]);
    const url = new URL(ApiEndpoint);
    expect(url.origin).toBe("https://api.vercel.com");
    return await call(url.pathname, `?teamId=${QueryParameters.teamId}`);
  },
};

/** Runs the machine as a person starts it. */
async function run() {
  const frontend = { connectionArn, projectId: vercel.projectId, teamId, parameterName };
  const definition = JSON.stringify(buildRollbackDefinition({ ...definitionOptions, frontend }));
  const now = () => new Date("2026-11-23T10:00:00.000Z");
  return await createMachine(definition, { aws: actions, timeFactor: 10_000, now })({});
}

const notice = () => notices.map(({ Message }) => Message).join("\n");

describe("the machine with a token for Vercel, executed", () => {
  it("takes the frontend back after the traffic and the latch, and says so", async () => {
    const { succeeded, error } = await run();
    expect([succeeded, error]).toEqual([true, undefined]);
    expect(order).toEqual(["traffic", "latch", "frontend", "parameter"]);
    expect(vercel.standing).toEqual({ serving: before, percent: undefined });
    expect(notice()).toContain(`blue has 1 healthy task. The frontend is back: every visitor gets ${before} again.`);
    expect(parseReleasedFrontend(parameters.get(parameterName))).toMatchObject({ state: "back", before, teamId });
  });

  it("takes nothing back twice", async () => {
    await run();
    order = [];
    await run();
    expect(order).not.toContain("frontend");
  });

  it("has moved the traffic and set the latch where Vercel fails, tells the command, and fails in the end", async () => {
    vercel.failWith(503);
    const { succeeded, endState, calls } = await run();
    expect([succeeded, endState]).toEqual([false, "RollbackIncomplete"]);
    expect(calls.filter(({ action }) => action === "http:invoke")).toHaveLength(3);
    expect(order.slice(0, 2)).toEqual(["traffic", "latch"]);
    expect(parseLatch(parameters.get(latchParameterName) ?? "").state).toBe("set");
    expect(notice()).toContain(
      `The frontend ${next} is STILL OUT, because Vercel did not take it back. Take it back now: npm run rollout -- frontend --stage production.`,
    );
    expect(notices.map(({ Subject }) => Subject)).toEqual(["Rolled back: the candidate is off the public path"]);
  });

  it.each<[string, Partial<ReleasedFrontend>]>([
    ["of the other colour", { colour: "blue" }],
    ["of an earlier release", { candidateSince: "2026-11-01T08:00:00.000Z" }],
    ["that was taken back", { state: "back" }],
  ])("leaves a frontend %s where it is", async (_, change) => {
    parameters.set(parameterName, formatReleasedFrontend(released(change)));
    expect((await run()).succeeded).toBe(true);
    expect(order).not.toContain("frontend");
    expect(notice()).toContain("No frontend is out with green.");
  });

  it("takes back what a command could not, whoever the candidate is", async () => {
    parameters.set(parameterName, formatReleasedFrontend(released({ state: "returning", colour: "blue" })));
    await run();
    expect(vercel.standing.serving).toBe(before);
  });

  it("says that no frontend is out where no command ever moved one", async () => {
    parameters.delete(parameterName);
    expect((await run()).succeeded).toBe(true);
    expect(notice()).toContain("No frontend is out with green.");
  });

  it("says that nobody knows where the parameter cannot be read", async () => {
    parameters.set(parameterName, "no JSON");
    expect((await run()).succeeded).toBe(true);
    expect(order).toEqual(["traffic", "latch"]);
    expect(notice()).toContain("It is not known whether the frontend of green is out. Look, and take it back: npm run");
  });

  it("names no team where the token's account has none", () => {
    const frontend = { connectionArn, projectId: "prj_1", parameterName };
    const { States } = buildRollbackDefinition({ ...definitionOptions, frontend });
    expect(JSON.stringify(States["ReturnFrontend"])).toContain(connectionArn);
    expect(States["ReturnFrontend"]).not.toHaveProperty("Parameters.QueryParameters");
    expect(States["FrontendReturned"]).not.toHaveProperty("Parameters.teamId");
    const ofTeam = buildRollbackDefinition({ ...definitionOptions, frontend: { ...frontend, teamId } }).States;
    expect(ofTeam["ReturnFrontend"]).toHaveProperty("Parameters.QueryParameters", { teamId });
  });

  it("has no state for the frontend where there is no token", () => {
    const { frontend: _, ...options } = { frontend: undefined, ...definitionOptions };
    const { States } = buildRollbackDefinition(options);
    const leading = Object.entries(States).filter(([, state]) =>
      /"(Next|Default)":"\w*Frontend/.test(JSON.stringify(state)),
    );
    expect(leading.map(([name]) => name)).toEqual([]);
    expect(Object.keys(States).filter((name) => name.includes("Frontend"))).toEqual([]);
    expect(JSON.stringify(States["TellRolledBack"])).not.toContain("frontendNotice");
  });

  it("gives its calls less time in all than the execution has", () => {
    const frontend = { connectionArn, projectId: "prj_1", parameterName };
    const { States, TimeoutSeconds: limit } = buildRollbackDefinition({ ...definitionOptions, frontend });
    const seconds = Object.entries(States)
      .filter(([name]) => !name.startsWith("Tell") || ["TellReceiverUnhealthy", "TellRolledBack"].includes(name))
      .flatMap(([, state]) => (state.Type === "Task" ? [state] : []))
      .map(({ TimeoutSeconds, Retry }) => {
        const attempts = Retry.at(-1)?.MaxAttempts ?? 0;
        const waits = Array.from({ length: attempts }, (_, index) => Math.min(2 ** index, 8));
        return TimeoutSeconds * (attempts + 1) + waits.reduce((sum, wait) => sum + wait, 0);
      })
      .reduce((sum, each) => sum + each, 0);
    expect(seconds).toBeLessThan(limit);
  });
});

describe("the planned machine with a token for Vercel", () => {
  const plan = (frontend = { projectId: "prj_1", teamId, token: "secret-token", parameterName }) =>
    planProgram(() => {
      const { stateMachineArn } = new Rollback(testName, { ...rollbackArgs, frontend });
      return { stateMachineArn };
    });

  it("may call one endpoint by one method, and read the one secret", async () => {
    const { only } = await plan();
    const connection = only("aws:cloudwatch/eventConnection:EventConnection");
    const { Statement } = JSON.parse(
      String(only("aws:iam/rolePolicy:RolePolicy", `${testName}-rollback`).inputs["policy"]),
    );
    const of = (action: string) =>
      (Statement as { Action: string[]; Resource: string[]; Condition?: unknown }[]).filter(({ Action }) =>
        Action.includes(action),
      );
    expect(of("states:InvokeHTTPEndpoint")).toMatchObject([
      {
        Condition: {
          StringEquals: { "states:HTTPMethod": "POST" },
          StringLike: { "states:HTTPEndpoint": "https://api.vercel.com/v1/projects/prj_1/rollback/*" },
        },
      },
    ]);
    expect(of("events:RetrieveConnectionCredentials").map(({ Resource }) => Resource)).toEqual([
      [connection.outputs["arn"]],
    ]);
    expect(of("secretsmanager:GetSecretValue").map(({ Resource }) => Resource)).toEqual([
      [connection.outputs["secretArn"]],
    ]);
  });

  it("keeps the token in the connection alone, as a secret", async () => {
    const { resources, only } = await plan();
    expect(only("aws:cloudwatch/eventConnection:EventConnection").secretPaths.length).toBeGreaterThan(0);
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("secret-token"));
    expect(holders.map(({ type }) => type)).toEqual(["aws:cloudwatch/eventConnection:EventConnection"]);
    expect(String(only("aws:sfn/stateMachine:StateMachine").inputs["definition"])).toContain(
      String(only("aws:cloudwatch/eventConnection:EventConnection").outputs["arn"]),
    );
  });
});

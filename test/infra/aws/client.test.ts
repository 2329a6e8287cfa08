import { createServer, type RequestListener } from "node:http";
import { devNull } from "node:os";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { callWithinSeconds, clientOptions, explained, explainFailure, once } from "../../../infra/aws/client.ts";

it("makes a thing at the first call and not before, and one for all who ask at the same time", async () => {
  let made = 0;
  const get = once(async () => {
    made += 1;
    return { made };
  });
  expect(made).toBe(0);
  const [one, other] = await Promise.all([get(), get()]);
  expect(one).toBe(other);
  expect(await get()).toBe(one);
  expect(made).toBe(1);
});

// No profile, no instance and no region of this machine.
beforeEach(() => {
  vi.stubEnv("AWS_CONFIG_FILE", devNull);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", devNull);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"]) vi.stubEnv(name, undefined);
  return () => vi.unstubAllEnvs();
});

/** A server in AWS's place. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

/** Clients as the commands make them, which ask once, since waiting between attempts is the SDK's. */
const options = (endpoint?: string) => {
  return { ...clientOptions("ap-southeast-2"), maxAttempts: 1, ...(endpoint === undefined ? {} : { endpoint }) };
};

/** One question to each service, by each protocol that they speak: the query protocol and both versions of JSON. */
const questions: Readonly<Record<string, (endpoint?: string) => Promise<unknown>>> = {
  balancer: (endpoint) => new ElasticLoadBalancingV2Client(options(endpoint)).send(new DescribeRulesCommand({})),
  alarms: (endpoint) => new CloudWatchClient(options(endpoint)).send(new DescribeAlarmsCommand({})),
  parameters: (endpoint) => new SSMClient(options(endpoint)).send(new GetParameterCommand({ Name: "a" })),
  services: (endpoint) => new ECSClient(options(endpoint)).send(new DescribeServicesCommand({ services: ["a"] })),
  machine: (endpoint) => new SFNClient(options(endpoint)).send(new StartExecutionCommand({ stateMachineArn: "a" })),
  notices: (endpoint) => new SNSClient(options(endpoint)).send(new PublishCommand({ Message: "a", TopicArn: "arn" })),
};
const services = Object.keys(questions);

async function message(service: string, endpoint?: string): Promise<string> {
  try {
    await explained("it could not be read", () => questions[service]?.(endpoint) as Promise<unknown>);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error(`${service} was answered.`);
}

const expired = "The security token included in the request is expired";
const todo = {
  logIn: "The credentials have expired. Log in again, and run the command again.",
  unknown: "AWS does not know these credentials. Log in again, and run the command again.",
  denied: "These credentials may not do this. Use those of somebody who may update the stack.",
  throttled: "AWS is throttling this account. Wait a minute, and run the command again.",
  elsewhere: "What the last update left behind is not in this account and region.",
  unreachable: "AWS cannot be reached from here. Check the network, and run the command again.",
  none: "There are no AWS credentials. Log in (aws sso login) or set AWS_PROFILE, and run the command again.",
  otherwise: "Run the command again; if it stays so, look at the AWS Health Dashboard.",
};

describe("what AWS answers in XML", () => {
  it.each([
    ["ExpiredToken", 403, expired, todo.logIn],
    ["InvalidClientTokenId", 403, "The security token included in the request is invalid.", todo.unknown],
    ["SignatureDoesNotMatch", 403, "The request signature we calculated does not match.", todo.unknown],
    ["AccessDenied", 403, "User: ana is not authorized to perform: elasticloadbalancing:DescribeRules", todo.denied],
    ["Throttling", 400, "Rate exceeded", todo.throttled],
    ["RuleNotFound", 400, "One or more rules not found", todo.elsewhere],
    ["InternalFailure", 500, "An internal error occurred", todo.otherwise],
  ])("is told with what to do: %s", async (code, status, said, advice) => {
    const endpoint = await serve((_request, response) => {
      response.writeHead(status, { "content-type": "text/xml" });
      response.end(
        `<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${said}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
      );
    });
    const text = await message("balancer", endpoint);
    expect(text).toMatch(new RegExp(`^AWS: it could not be read: ${said}`));
    expect(text).toContain(`(${code}`);
    expect(text).toContain(advice);
  });
});

describe("what AWS answers in JSON", () => {
  it.each([
    ["parameters", "ExpiredTokenException", expired, todo.logIn],
    ["services", "com.amazonaws.ecs#ExpiredTokenException", expired, todo.logIn],
    [
      "parameters",
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      todo.unknown,
    ],
    ["parameters", "AccessDeniedException", "User: ana is not authorized to perform: ssm:GetParameter", todo.denied],
    ["machine", "AccessDeniedException", "not authorized to perform: states:StartExecution", todo.denied],
    ["parameters", "ThrottlingException", "Rate exceeded", todo.throttled],
    ["alarms", "ThrottlingException", "Rate exceeded", todo.throttled],
    ["parameters", "ParameterNotFound", "a is not there", todo.elsewhere],
    ["services", "ClusterNotFoundException", "Cluster not found.", todo.elsewhere],
    ["machine", "StateMachineDoesNotExist", "State Machine Does Not Exist", todo.elsewhere],
  ])("is told with what to do: %s %s", async (service, type, said, advice) => {
    const endpoint = await serve((_request, response) => {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ __type: type, message: said }));
    });
    expect(await message(service, endpoint)).toBe(
      `AWS: it could not be read: ${said} (${type.split("#").at(-1)}). ${advice}${
        advice === todo.elsewhere
          ? " Check which account you are logged in to. If it is the right one, somebody deleted it by hand: docs/runbook.md, Something is missing in AWS, says how to create it again."
          : ""
      }`,
    );
  });
});

describe("the network", () => {
  it.each(services)("that nobody listens on: %s", async (service) => {
    const text = await message(service, "http://127.0.0.1:1");
    expect(text).toContain("ECONNREFUSED");
    expect(text).toContain(todo.unreachable);
  });

  it("that knows no such host, such as of a region that does not exist", async () => {
    const text = await message("parameters", "http://ssm.nowhere-1.invalid");
    expect(text).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(text).toContain(todo.unreachable);
  });

  it("that hangs up", async () => {
    const endpoint = await serve((request) => request.socket.destroy());
    expect(await message("parameters", endpoint)).toContain(todo.unreachable);
  });

  it("that does not answer in time", async () => {
    const endpoint = await serve(() => {});
    const client = new SSMClient({
      ...options(endpoint),
      requestHandler: { ...clientOptions("x").requestHandler, requestTimeout: 50 },
    });
    const asking = explained("it could not be read", () => client.send(new GetParameterCommand({ Name: "a" })));
    await expect(asking).rejects.toThrow(todo.unreachable);
  });
});

describe("credentials", () => {
  it("that are not there at all", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    for (const service of ["balancer", "parameters"]) {
      expect(await message(service, "http://127.0.0.1:1")).toContain(`(CredentialsProviderError). ${todo.none}`);
    }
  });

  it("of a profile that does not exist", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    vi.stubEnv("AWS_PROFILE", "nobody");
    expect(await message("parameters", "http://127.0.0.1:1")).toContain(todo.none);
  });
});

describe("explainFailure", () => {
  it("keeps the cause, and has something to say of whatever is thrown", () => {
    const cause = new Error("");
    expect(explainFailure("it failed", cause)).toMatchObject({
      message: `AWS: it failed: nothing (unknown). ${todo.otherwise}`,
      cause,
    });
    expect(explainFailure("it failed", "a text").message).toBe(`AWS: it failed: nothing (unknown). ${todo.otherwise}`);
  });

  it("finds the reason in what caused an error, or in the parts of one", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    expect(explainFailure("it failed", new Error("failed", { cause: refused })).message).toContain(todo.unreachable);
    expect(explainFailure("it failed", new AggregateError([refused], "")).message).toBe(
      `AWS: it failed: ECONNREFUSED (ECONNREFUSED). ${todo.unreachable}`,
    );
  });

  it("gives what a call that worked has given", async () => {
    expect(await explained("it failed", async () => 7)).toBe(7);
  });
});

describe("a question that is never answered", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it("fails after its time, and says so", async () => {
    const asking = explained("the split could not be read", () => new Promise(() => {}));
    const failed = expect(asking).rejects.toThrow(
      `AWS: the split could not be read: there was no answer within ${callWithinSeconds} s (TimeoutError). AWS cannot be reached from here. Check the network, and run the command again.`,
    );
    await vi.advanceTimersByTimeAsync(callWithinSeconds * 1000);
    await failed;
  });

  it("has longer than all attempts of the SDK, so that the SDK's own words are told", () => {
    const { maxAttempts, requestHandler } = clientOptions("ap-southeast-2");
    const attempts = (maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout)) / 1000;
    expect(callWithinSeconds).toBeGreaterThan(attempts + 20);
  });

  it("leaves no timer behind that keeps the program alive", async () => {
    await explained("it could not be read", async () => "an answer");
    expect(vi.getTimerCount()).toBe(0);
  });
});

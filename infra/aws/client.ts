import { plainLine } from "../../rollout/plain-text.ts";

/**
 * How every client is made. Credentials and, for tests, the endpoint come from the environment, as everywhere with AWS.
 *
 * An API call that is throttled or cut off is tried again by the SDK, which waits longer each time; what it takes to lose
 * a call is minutes of trouble, and commands are made to be run again. One attempt takes 13 s at most, four of them with
 * their pauses about a minute; {@link explained} ends whatever takes longer.
 */
export function clientOptions(region: string) {
  return {
    region,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  };
}

/** Seconds that a question to AWS may take with all its attempts, and with the log-in before it. */
export const callWithinSeconds = 75;

/** Makes a thing when it is first asked for, and that one thing ever after. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What kinds of failures mean to the person in front of the screen. */
const advice: readonly { readonly names: RegExp; readonly todo: string }[] = [
  {
    names: /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/,
    todo: "The credentials have expired. Log in again, and run the command again.",
  },
  {
    names: /^(CredentialsProviderError|TokenProviderError|NoAuthHandlerFound)$/,
    todo: "There are no AWS credentials. Log in (aws sso login) or set AWS_PROFILE, and run the command again.",
  },
  {
    names: /^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException)$/,
    todo: "AWS does not know these credentials. Log in again, and run the command again.",
  },
  {
    names:
      /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|AuthorizationErrorException)$/,
    todo: "These credentials may not do this. Use those of somebody who may update the stack.",
  },
  {
    names: /Thrott|TooManyRequests|RequestLimitExceeded|SlowDown/,
    todo: "AWS is throttling this account. Wait a minute, and run the command again.",
  },
  {
    names: /NotFound|DoesNotExist|ResourceNotFound|StateMachineDoesNotExist/,
    todo: "What the last update left behind is not in this account and region. Check which account you are logged in to. If it is the right one, somebody deleted it by hand: docs/runbook.md, Something is missing in AWS, says how to create it again.",
  },
  {
    names: /^(TimeoutError|ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|EPIPE|AbortError|NetworkingError)$/,
    todo: "AWS cannot be reached from here. Check the network, and run the command again.",
  },
];

const otherwise = "Run the command again; if it stays so, look at the AWS Health Dashboard.";

/**
 * Makes one readable error of whatever an SDK client throws.
 *
 * @param asked what was asked, as a clause: `the public rule could not be read`
 */
export function explainFailure(asked: string, error: unknown): Error {
  const names = namesOf(error);
  const found = advice.find((one) => names.some((name) => one.names.test(name)));
  const said = plainLine(error instanceof Error ? error.message : "") || (names[0] ?? "nothing");
  return new Error(`AWS: ${asked}: ${said} (${names[0] ?? "unknown"}). ${found?.todo ?? otherwise}`, { cause: error });
}

/**
 * Runs a call and explains its failure. One without an answer fails too: a helper that gives out credentials has no time limit
 * of the SDK.
 */
export async function explained<T>(asked: string, call: () => Promise<T>): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new NoAnswerError()), callWithinSeconds * 1000);
  try {
    return await Promise.race([call(), limit.promise]);
  } catch (error) {
    throw explainFailure(asked, error);
  } finally {
    clearTimeout(timer);
  }
}

class NoAnswerError extends Error {
  override readonly name = "TimeoutError";

  constructor() {
    super(`there was no answer within ${callWithinSeconds} s`);
  }
}

/** The error's own name first, then codes of the system and of what caused it. */
function namesOf(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { name, code, cause, errors } = error as Record<string, unknown>;
  const own = [name, code].filter((one) => typeof one === "string" && one !== "Error" && one !== "AggregateError");
  const inner = Array.isArray(errors) ? errors.flatMap(namesOf) : [];
  return [...(own as string[]), ...namesOf(cause), ...inner];
}

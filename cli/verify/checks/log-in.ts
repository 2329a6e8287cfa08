import { fail, notChecked, pass } from "../../found.ts";
import { isOk, isRefused, shortAnswer } from "../ask.ts";
import { check, type Found, type VerifyFinding, withoutConfig } from "../finding.ts";
import { accountOf, logIn, type Subject, tokenIn } from "../subject.ts";

/** Who may do what: log-in, and what nobody may read without one (guide T3, T5, R4). */
export async function checkLogIn(subject: Subject): Promise<readonly VerifyFinding[]> {
  return [
    await check("protected paths", "T3", () => protectedPaths(subject)),
    await check("log-in", "T5 R4", () => rightPassword(subject)),
    await check("a wrong password is refused", "T3 R4", () => wrongPassword(subject)),
  ];
}

/** 401 says that a log-in is missing, 403 that this one may not (RFC 9110, 15.5.2 and 15.5.4). */
const closed = [401, 403];

const wrongLogIns: readonly (readonly [by: string, headers: Readonly<Record<string, string>>])[] = [
  ["without a log-in", {}],
  ["with a wrong token", { authorization: "Bearer not-a-token" }],
];

async function protectedPaths({ asker, config }: Subject): Promise<Found> {
  const paths = config.verify.protectedPaths;
  if (paths.length === 0) return withoutConfig("protectedPaths");
  const open: string[] = [];
  for (const path of paths) {
    for (const [by, headers] of wrongLogIns) {
      const answer = await asker.ask({ path, headers });
      if (!closed.includes(answer.status)) open.push(`${path} answers ${shortAnswer(answer)} ${by}`);
    }
  }
  return open.length === 0
    ? pass(`${paths.join(", ")}: refused without a log-in and with a wrong token`)
    : fail(open.join("; "), "Let the API demand a valid token there, and answer 401.");
}

const noAccount = notChecked(
  "VERIFY_USER and VERIFY_PASSWORD are not set",
  "Set both to an account of this stage that is made for this.",
);

async function rightPassword(subject: Subject): Promise<Found> {
  const { logIn: settings, protectedPaths: paths } = subject.config.verify;
  if (settings === undefined) return withoutConfig("logIn");
  if (accountOf(subject) === undefined) return noAccount;
  const answer = await logIn(subject);
  if (answer === undefined || !isOk(answer)) {
    return fail(
      `${settings.path} answers ${answer === undefined ? "nothing" : shortAnswer(answer)}`,
      "Try the account by hand in the frontend. verify.logIn names path, format and fields.",
    );
  }
  const token = tokenIn(answer, subject);
  if (token === undefined) {
    return fail(
      `the answer has no field ${settings.tokenField}`,
      "Set verify.logIn.tokenField to the field of the token.",
    );
  }
  for (const path of paths) {
    const read = await subject.asker.ask({ path, headers: { authorization: `Bearer ${token}` } });
    if (!isOk(read)) return fail(`${path} answers ${shortAnswer(read)} to whoever is logged in`, "Look at the log.");
  }
  return pass(paths.length === 0 ? "it gives a token" : `it gives a token that reads ${paths.join(", ")}`);
}

async function wrongPassword(subject: Subject): Promise<Found> {
  const settings = subject.config.verify.logIn;
  if (settings === undefined) return withoutConfig("logIn");
  if (accountOf(subject) === undefined) return noAccount;
  const answer = await logIn(subject, `not ${subject.unique}`);
  if (answer !== undefined && isRefused(answer)) return pass(String(answer.status));
  return fail(
    `${settings.path} answers ${answer === undefined ? "nothing" : shortAnswer(answer)}`,
    "Let the API answer 401 to a wrong password.",
  );
}

/** What refuses an attempt as one too many: 429 of an API (RFC 6585, 4), 403 of the firewall. */
const limited = [429, 403];

/** Seconds that attempts are sent. The firewall looks at its counts about every half minute. */
const mostSeconds = 180;

/**
 * Sends wrong log-ins until one is refused as one too many. It comes last: whoever runs it is shut out of the log-in
 * afterwards.
 */
export async function checkLogInLimit(subject: Subject): Promise<VerifyFinding> {
  return await check("the log-in is limited", "T3 M4", async () => {
    const settings = subject.config.verify.logIn;
    if (settings === undefined) return withoutConfig("logIn");
    const most = settings.limitedAfterAttempts;
    if (most === undefined) return withoutConfig("logIn.limitedAfterAttempts");
    if (accountOf(subject) === undefined) return noAccount;
    const startedAt = performance.now();
    for (let attempt = 1; attempt <= most; attempt += 1) {
      const answer = await logIn(subject, `not ${subject.unique}`);
      if (answer !== undefined && limited.includes(answer.status)) {
        return pass(`attempt ${attempt} is refused with ${answer.status}`);
      }
      if (performance.now() - startedAt > mostSeconds * 1000) {
        return fail(`${attempt} attempts in ${mostSeconds} s were let through`, advice);
      }
    }
    return fail(`${most} attempts were let through`, advice);
  });
}

const advice =
  "Look at edge.loginRequestsPerFiveMinutes and edge.loginPathPrefixes: verify.logIn.limitedAfterAttempts has to be more than the limit.";

import { fail, pass } from "../../found.ts";
import { isRefused, shortAnswer } from "../ask.ts";
import { check, type Found, type VerifyFinding, withoutConfig } from "../finding.ts";
import { authorization, type Subject } from "../subject.ts";

/** Input that no user sends: it is refused with 4xx, and is no failure of the server (guide T3). */
export async function checkInput(subject: Subject): Promise<readonly VerifyFinding[]> {
  return [
    await check("malformed input is refused", "T3", () => refused(subject, () => '{"names": "never closed')),
    await check("oversized input is refused", "T3", () =>
      refused(subject, (mebibytes) => JSON.stringify({ names: "x".repeat(mebibytes * 1024 * 1024) })),
    ),
  ];
}

async function refused(subject: Subject, bodyOf: (mebibytes: number) => string): Promise<Found> {
  const settings = subject.config.verify.input;
  if (settings === undefined) return withoutConfig("input");
  const headers = { ...(await authorization(subject)), "content-type": "application/json" };
  const answer = await subject.asker.ask({
    method: "POST",
    path: settings.path,
    headers,
    body: bodyOf(settings.oversizedMib),
  });
  // Without a log-in it would be refused for that, and nobody would have looked at the input.
  if (answer.status === 401) {
    return fail(
      `${settings.path} asks for a log-in first: ${shortAnswer(answer)}`,
      "Set verify.logIn and the account, or name a path that is open.",
    );
  }
  return isRefused(answer)
    ? pass(`${settings.path} answers ${answer.status}`)
    : fail(
        `${settings.path} answers ${shortAnswer(answer)}`,
        "Let the API check its input and answer 400, 413 or 422.",
      );
}

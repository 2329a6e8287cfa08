import { randomUUID } from "node:crypto";
import type { Stage, StageConfig } from "../../infra/config/schema/stage-config.ts";
import { memberOf, readJson } from "../../rollout/json.ts";
import { type Answer, type Asker, isOk, shortAnswer } from "./ask.ts";

/** What is checked: a host of a stage, by the stage's config. */
export interface Subject {
  readonly stage: Stage;
  readonly config: StageConfig;
  readonly asker: Asker;
  /** `VERIFY_USER` and `VERIFY_PASSWORD` are read of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The log-in's token; undefined where there is none. Asked for once. */
  readonly token: () => Promise<string | undefined>;
  /** Another text in each run, to tell its own data from others'. */
  readonly unique: string;
}

/** Makes a subject. The first check that needs a token logs in, and the others share it. */
export function subjectOf(given: Pick<Subject, "stage" | "config" | "asker" | "environment">): Subject {
  let token: Promise<string | undefined> | undefined;
  const subject: Subject = {
    ...given,
    unique: `verify-${randomUUID()}`,
    token() {
      token ??= logIn(subject).then((answer) => (answer === undefined ? undefined : tokenIn(answer, subject)));
      return token;
    },
  };
  return subject;
}

/** The account of the environment; undefined where it is not set. */
export function accountOf({ environment }: Subject): { readonly user: string; readonly password: string } | undefined {
  const [user = "", password = ""] = [environment["VERIFY_USER"], environment["VERIFY_PASSWORD"]];
  return user === "" || password === "" ? undefined : { user, password };
}

/** Logs in with the account, or with another password. @returns undefined without an account or a log-in in config */
export async function logIn(subject: Subject, password = accountOf(subject)?.password): Promise<Answer | undefined> {
  const settings = subject.config.verify.logIn;
  const account = accountOf(subject);
  if (settings === undefined || account === undefined || password === undefined) return undefined;
  const fields = { [settings.userField]: account.user, [settings.passwordField]: password };
  const isForm = settings.format === "form";
  return await subject.asker.ask({
    method: "POST",
    path: settings.path,
    headers: { "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json" },
    body: isForm ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
  });
}

/** The token in a log-in's answer. */
export function tokenIn(answer: Answer, { config }: Pick<Subject, "config">): string | undefined {
  const token = fieldOf(answer, config.verify.logIn?.tokenField ?? "");
  return isOk(answer) && typeof token === "string" && token !== "" ? token : undefined;
}

/** A field of a JSON answer by its dotted name. */
export function fieldOf(answer: Answer, name: string): unknown {
  return memberOf(readJson(answer.body.toString("utf8")), ...name.split("."));
}

/** The headers of a request by whoever is logged in. */
export async function authorization(subject: Subject): Promise<Record<string, string>> {
  const token = await subject.token();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Sends JSON as whoever is logged in. */
export async function sendJson(
  subject: Subject,
  method: string,
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const headers = await authorization(subject);
  if (body === undefined) return await subject.asker.ask({ method, path, headers });
  return await subject.asker.ask({
    method,
    path,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(filled(body, subject.unique)),
  });
}

/** A body with the run's own text in the place of `{unique}`. */
export function filled(body: unknown, unique: string): unknown {
  if (typeof body === "string") return body.replaceAll("{unique}", unique);
  if (Array.isArray(body)) return body.map((one) => filled(one, unique));
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, filled(value, unique)]));
}

/** The path of one item. An id is text or a number. */
export function pathOf(itemPath: string, id: unknown): string {
  return itemPath.replace("{id}", encodeURIComponent(String(id)));
}

/** The id in an answer. @throws {Error} where there is none */
export function idIn(answer: Answer, name: string): string {
  const id = fieldOf(answer, name);
  if (typeof id === "string" || typeof id === "number") return String(id);
  throw new Error(`the answer has no field ${name}: ${shortAnswer(answer)}`);
}

import { fail, pass } from "../../found.ts";
import { type Answer, isOk, shortAnswer } from "../ask.ts";
import { check, type Found, type VerifyFinding, withoutConfig } from "../finding.ts";
import { fieldOf, filled, idIn, pathOf, type Subject, sendJson } from "../subject.ts";

type Entry = Subject["config"]["verify"]["checkList"][number];

/** What the portal is for: the check list's entries, a mail and a payment (guide T4, T5, R4). */
export async function checkFeatures(subject: Subject): Promise<readonly VerifyFinding[]> {
  const { checkList, mail, payment } = subject.config.verify;
  const entries: VerifyFinding[] = [];
  for (const entry of checkList) entries.push(await check(entry.name, "T5 R4", () => createAndChange(subject, entry)));
  if (checkList.length === 0) entries.push(await check("check list", "T5 R4", () => withoutConfig("checkList")));
  return [
    ...entries,
    await check("mail", "T4", () => (mail === undefined ? withoutConfig("mail") : accepted(subject, mail))),
    await check("payment", "T4", () => (payment === undefined ? withoutConfig("payment") : accepted(subject, payment))),
  ];
}

const advice = "Look at the log. docs/api-container.md says what verify asks of the API.";

async function accepted(
  subject: Subject,
  { path, body }: { readonly path: string; readonly body: Record<string, unknown> },
) {
  const answer = await sendJson(subject, "POST", path, body);
  return isOk(answer)
    ? pass(`${path} answers ${answer.status}`)
    : fail(`${path} answers ${shortAnswer(answer)}`, advice);
}

/** Creates one, reads it, changes it, reads the change, deletes it, and finds that it is gone. */
async function createAndChange(subject: Subject, entry: Entry): Promise<Found> {
  const created = await sendJson(subject, "POST", entry.path, entry.body);
  if (!isOk(created)) return fail(`POST ${entry.path} answers ${shortAnswer(created)}`, advice);
  const path = pathOf(entry.itemPath, idIn(created, entry.idField));
  const problem = await readAndChange(subject, entry, path);
  // Whatever was found, nothing is left behind where it can be deleted.
  const removed = await sendJson(subject, "DELETE", path);
  if (problem !== undefined) return fail(problem, advice);
  if (!isOk(removed)) return fail(`DELETE ${path} answers ${shortAnswer(removed)}, so it is left`, advice);
  const gone = await sendJson(subject, "GET", path);
  if (gone.status !== 404 && gone.status !== 410) {
    return fail(`${path} was deleted, and GET answers ${shortAnswer(gone)}`, advice);
  }
  return pass(`created, read, ${entry.change === undefined ? "" : "changed, "}deleted`);
}

/** @returns what is wrong; undefined where nothing is */
async function readAndChange(subject: Subject, entry: Entry, path: string): Promise<string | undefined> {
  const read = await sendJson(subject, "GET", path);
  if (!isOk(read)) return `GET ${path} answers ${shortAnswer(read)}`;
  const wrong = otherThan(read, entry.body, subject.unique);
  if (wrong !== undefined) return `GET ${path}: ${wrong}`;
  if (entry.change === undefined) return undefined;
  // PUT replaces the whole (RFC 9110, 9.3.4), PATCH changes parts (RFC 5789).
  const method = entry.changeMethod.toUpperCase();
  const sent = method === "PUT" ? { ...entry.body, ...entry.change } : entry.change;
  const changed = await sendJson(subject, method, path, sent);
  if (!isOk(changed)) return `${method} ${path} answers ${shortAnswer(changed)}`;
  const again = await sendJson(subject, "GET", path);
  if (!isOk(again)) return `GET ${path} after the change answers ${shortAnswer(again)}`;
  const stale = otherThan(again, entry.change, subject.unique) ?? otherThan(again, sent, subject.unique);
  return stale === undefined ? undefined : `GET ${path} after the change: ${stale}`;
}

/**
 * What an answer has otherwise than a body: its first simple field, or none of them at all. A field that the answer leaves
 * out, such as a password, is not compared.
 */
function otherThan(answer: Answer, body: Readonly<Record<string, unknown>>, unique: string): string | undefined {
  const simple = Object.entries(body).flatMap(([key, value]) => {
    const wanted = filled(value, unique);
    return typeof wanted === "object" ? [] : [{ key, wanted, found: fieldOf(answer, key) }];
  });
  const present = simple.filter(({ found }) => found !== undefined);
  if (simple.length > 0 && present.length === 0) return `it has none of ${simple.map(({ key }) => key).join(", ")}`;
  const wrong = present.find(({ wanted, found }) => String(found) !== String(wanted));
  if (wrong === undefined) return undefined;
  return `${wrong.key} is ${JSON.stringify(wrong.found)}, and ${JSON.stringify(wrong.wanted)} was sent`;
}

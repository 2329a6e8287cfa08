import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { otherColour } from "../../rollout/colour.ts";
import type { FeedbackSeen } from "../../rollout/gate/feedback.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";
import { failureText } from "../messages.ts";

/** Where feedback is, and what its words are held against. */
export interface FeedbackRequest {
  readonly config: Pick<StageConfig, "hosts" | "rollout">;
  readonly record: RolloutRecord;
  /** The folder with the stack files, which a path is named from. */
  readonly folder: string;
  /** Default: the network. */
  readonly fetchText?: (url: URL) => Promise<string>;
}

/** Most bytes of feedback: more than ten thousand answers. */
const mostBytes = 1024 ** 2;

/** Seconds that a URL may take. */
const withinSeconds = 10;

/**
 * Reads what users say, where the config names a source. Nothing of it is kept but the time of each answer, the release that
 * it is about, and whether it tells of a problem.
 *
 * @returns undefined where no source is named. What could not be read is told and never thrown: the gate decides what it means
 */
export async function readFeedback(request: FeedbackRequest): Promise<FeedbackSeen | undefined> {
  const { config, record, folder, fetchText = fetchOverHttps } = request;
  const { feedback } = config.rollout;
  if (feedback === undefined) return undefined;
  const { from } = feedback;
  const isUrl = from.startsWith("https://");
  // A form's URL can hold what opens it.
  const shown = isUrl ? `the URL at ${new URL(from).host}` : from;
  try {
    const text = isUrl ? await fetchText(new URL(from)) : await readWhole(resolve(folder, from));
    const { parseFeedback } = await import("./parse-feedback.ts");
    const { images, labels, liveColour } = record;
    const answers = parseFeedback(text, {
      images,
      labels: { blue: labels?.blue ?? null, green: labels?.green ?? null },
      hosts: { public: [config.hosts.api, config.hosts.frontend], candidate: config.hosts.candidateApi },
      candidate: otherColour(liveColour),
    });
    return { answers };
  } catch (error) {
    return { unread: `${shown}: ${failureText(error)}` };
  }
}

async function readWhole(path: string): Promise<string> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw error instanceof Error && "code" in error && error.code === "ENOENT"
      ? new Error("there is no such file")
      : error;
  });
  if (size > mostBytes) throw new Error(tooLarge);
  return await readFile(path, "utf8");
}

const tooLarge = `it is larger than ${mostBytes / 1024 ** 2} MiB`;

async function fetchOverHttps(url: URL): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(withinSeconds * 1000) }).catch((error: unknown) => {
    // Its own message can quote the URL.
    const isLate = error instanceof Error && error.name === "TimeoutError";
    throw new Error(isLate ? `no answer within ${withinSeconds} s` : "it could not be reached");
  });
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  if (!answer.url.startsWith("https://")) throw new Error("it leads away from https");
  return await wholeBody(answer);
}

async function wholeBody(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (bytes > mostBytes) throw new Error(tooLarge);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

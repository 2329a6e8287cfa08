import { Readable } from "node:stream";

/** An answer as it comes over the wire. */
export interface AnsweredBody {
  /** HTTP status; default 200. */
  readonly status?: number;
  /** What is sent as JSON. */
  readonly body: object;
}

/**
 * Has a client of a JSON protocol answer without a server: with bodies as AWS documents them, one after the other, each read
 * by the SDK's own deserialiser. For what moto cannot be brought to say.
 */
export function answerBodies(...answers: readonly AnsweredBody[]) {
  const requests: unknown[] = [];
  const requestHandler = {
    async handle({ body: sent }: { readonly body: Uint8Array }) {
      const answer = answers[requests.length];
      requests.push(JSON.parse(new TextDecoder().decode(sent)));
      if (answer === undefined) throw new Error(`Nothing is left to answer request ${requests.length} with.`);
      const { status = 200, body } = answer;
      const headers = { "content-type": "application/x-amz-json-1.1" };
      return { response: { statusCode: status, headers, body: Readable.from([Buffer.from(JSON.stringify(body))]) } };
    },
  };
  return { requestHandler, requests };
}

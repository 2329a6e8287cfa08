import { motoRegion } from "../../../rehearsal/moto/moto.ts";

/** One call of a service that no SDK client is installed for. */
interface JsonCall {
  /** Name that requests are signed for, such as `sqs`. */
  readonly service: string;
  /** Target of the service's JSON protocol, such as `AmazonSQS.CreateQueue`. */
  readonly target: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Calls a service of moto by AWS's JSON protocol. moto reads the service from the signature and checks nothing else in it.
 *
 * @throws {Error} naming the call and moto's answer
 */
export async function callJsonApi(
  endpoint: string,
  { service, target, body }: JsonCall,
): Promise<Record<string, unknown>> {
  const scope = `test/20260101/${motoRegion}/${service}/aws4_request`;
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
    },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${target} was answered ${response.status}: ${answer}`);
  return answer === "" ? {} : JSON.parse(answer);
}

import type { AnyClient } from "./record-calls.ts";

/**
 * Has a client answer without a server, for what moto cannot be brought to say: with the given outputs, one after the
 * other.
 *
 * @returns the inputs that it was asked with
 */
export function answerCalls(client: AnyClient, ...outputs: readonly object[]): readonly unknown[] {
  const inputs: unknown[] = [];
  const answer = () => async (args: { readonly input: unknown }) => {
    const output = outputs[inputs.length];
    inputs.push(args.input);
    if (output === undefined) throw new Error(`Nothing is left to answer call ${inputs.length} with.`);
    return { response: {}, output };
  };
  client.middlewareStack.add(answer as never, { step: "initialize", name: "answerCalls" } as never);
  return inputs;
}

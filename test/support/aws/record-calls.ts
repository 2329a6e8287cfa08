/** An SDK client of whatever service. */
export interface AnyClient {
  readonly middlewareStack: { readonly add: (middleware: never, options: never) => void };
}

/** Names of the commands that a client is sent from now on, pages counted and retries not: `DescribeRulesCommand` … */
export function recordCalls(client: AnyClient): readonly string[] {
  const calls: string[] = [];
  const record = (next: (args: unknown) => unknown, { commandName }: { readonly commandName: string }) => {
    return (args: unknown) => {
      calls.push(commandName);
      return next(args);
    };
  };
  client.middlewareStack.add(record as never, { step: "initialize", name: "recordCalls" } as never);
  return calls;
}

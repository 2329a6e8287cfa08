import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientOptions, explained } from "./client.ts";

/** Whom the credentials of this shell are for. */
export interface Identity {
  /** 12 digits. */
  readonly accountId: string;
  readonly arn: string;
}

/** Asks AWS whose credentials these are. It needs no right. @see AWS STS API Reference, GetCallerIdentity */
export async function readIdentity(region: string): Promise<Identity> {
  const { Account = "unknown", Arn = "unknown" } = await explained("the caller's identity could not be read", () =>
    new STSClient(clientOptions(region)).send(new GetCallerIdentityCommand({})),
  );
  return { accountId: Account, arn: Arn };
}

import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import { createPlannedAccount, type PlannedAccount } from "./planned-account.ts";

/** An account in a moto of its own. Whoever asked for it stops the moto. */
export interface OwnAccount {
  readonly moto: MotoServer;
  readonly account: PlannedAccount;
}

/**
 * An account that is set up once in this process, when the first test asks for it.
 *
 * @returns gives a copy, which no other test sees
 */
export function accountTemplate(setUp: (account: PlannedAccount) => Promise<unknown>): () => Promise<OwnAccount> {
  const make = async () => {
    const moto = await startMoto();
    const account = createPlannedAccount(moto);
    await setUp(account);
    return { moto, applied: account.snapshot() };
  };
  let made: ReturnType<typeof make> | undefined;
  return async () => {
    made ??= make();
    const { moto, applied } = await made;
    const copy = await moto.copy();
    return { moto: copy, account: createPlannedAccount(copy, applied) };
  };
}

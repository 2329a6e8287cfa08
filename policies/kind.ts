import type { Unwrap } from "@pulumi/pulumi";

/**
 * A type of resource that rules look at. `Props` is the shape of its properties as the provider's SDK declares it, so
 * that a rule which reads a property that does not exist fails the type check instead of passing everything.
 */
export interface Kind<Props> {
  /** Type token as the program registers it, such as `aws:lb/listenerRule:ListenerRule`. */
  readonly token: string;
  /** Carries `Props` for the type checker; never set. */
  readonly props?: Props;
}

/** Declares a kind from the SDK's args interface and the type token. */
export function kind<Args>(token: string): Kind<Unwrap<Args>> {
  return { token };
}

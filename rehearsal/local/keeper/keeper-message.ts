/** What the rehearsal tells its keeper. */
export type KeeperMessage =
  /** End this process when the rehearsal is gone. */
  | { readonly kind: "process"; readonly pid: number; readonly signal: NodeJS.Signals }
  /** That process has ended; its id may now be another's. */
  | { readonly kind: "ended"; readonly pid: number }
  /** Remove this folder when the rehearsal is gone. */
  | { readonly kind: "folder"; readonly path: string }
  /** That folder has been removed. */
  | { readonly kind: "removed"; readonly path: string };

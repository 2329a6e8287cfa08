import { signingKeyName } from "../../../components/api/signing-key-name.ts";
import type { ConfigRule } from "./config-rule.ts";

/** The signing key is generated: one from outside would sign every user out and be known to whoever wrote it (guide P2). */
export const signingKey: ConfigRule = ({ applicationSecrets }) =>
  applicationSecrets?.[signingKeyName] === undefined
    ? []
    : [
        {
          path: ["applicationSecrets", signingKeyName],
          rule: "left to the stack, which generates it once and keeps it in Secrets Manager (guide P2)",
          fix: { remove: true },
        },
      ];

import { isTakenDatabase, isTakenRole } from "../../../components/database/taken-names.ts";
import type { ConfigRule } from "./config-rule.ts";

/** The database and the API's role have names of their own, which neither PostgreSQL nor RDS keeps for itself. */
export const databaseNames: ConfigRule = ({ database }, stage) => {
  const { name, user } = database ?? {};
  return [
    ...(name !== undefined && isTakenDatabase(name)
      ? [
          {
            path: ["database", "name"],
            rule: "a name of its own: every instance has this database already",
            fix: { set: stage === "staging" ? "celebrant_portal_staging" : "celebrant_portal" },
          },
        ]
      : []),
    ...(user !== undefined && isTakenRole(user)
      ? [
          {
            path: ["database", "user"],
            rule: "a name that no other role has, and not one with pg_ or rds before it, which PostgreSQL and RDS keep",
            fix: { set: stage === "staging" ? "staging_user" : "prod_user" },
          },
        ]
      : []),
  ];
};

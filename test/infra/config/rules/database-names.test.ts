import { describe, expect, it } from "vitest";
import { refuseTakenDatabase, refuseTakenRole } from "../../../../components/database/access-names.ts";
import { type RuleCase, set, told } from "../rule-case.ts";

const taken = "a name that no other role has, and not one with pg_ or rds before it, which PostgreSQL and RDS keep";

const cases: readonly RuleCase[] = [
  {
    breach: "a database that every instance has",
    stage: "staging",
    set: { "database.name": "rdsadmin" },
    told: [
      [
        "database.name",
        '"rdsadmin"',
        "a name of its own: every instance has this database already",
        set("staging", "--path database.name celebrant_portal_staging"),
      ],
    ],
  },
  ...["celebrant_migrator", "celebrant_admin", "public", "pg_app", "rds_app"].map((user) => ({
    breach: `the role ${user}`,
    stage: "production" as const,
    set: { "database.user": user },
    told: [
      ["database.user", JSON.stringify(user), taken, set("production", "--path database.user prod_user")],
    ] as RuleCase["told"],
  })),
];

describe("the rule of the database's names", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it.each(["celebrant_migrator", "pg_app", "rds_app", "postgres"])("agrees with the component about %s", (user) => {
    expect(() => refuseTakenRole(user)).toThrow(RangeError);
  });

  it("agrees with the component about databases", () => {
    expect(() => refuseTakenDatabase("rdsadmin")).toThrow(RangeError);
  });
});

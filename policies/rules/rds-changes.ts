/** Rules on how a database changes, what stays when it is deleted, and what its log may hold. */
import { databaseInstance, databaseParameterGroup } from "../kinds.ts";
import { type Rule, resourceRule, shown } from "../rule.ts";

/** Certificates that RDS makes instances with since the old ones expired in August 2024. */
const certificates = /^rds-ca-(rsa2048|rsa4096|ecc384)-g1$/;

/** Values that make the log show who came and what changed, and nothing of what people wrote. */
const logSettings: Readonly<Record<string, { readonly allowed: readonly string[]; readonly why: string }>> = {
  log_connections: { allowed: ["1", "on"], why: "so that the log shows who came" },
  log_disconnections: { allowed: ["1", "on"], why: "so that the log shows who left" },
  log_parameter_max_length: { allowed: ["0"], why: "because parameters are what people wrote" },
  log_statement: { allowed: ["ddl"], why: "so that the log shows changes of the schema, and no row of a table" },
};

export const rdsChangeRules: readonly Rule[] = [
  resourceRule({
    name: "rds-own-key",
    rule: "A database, its master password and its insights must be encrypted by the stack's own key, whose policy says who may read them",
    source: "AWS RDS: Encrypting Amazon RDS resources",
    kinds: [databaseInstance],
    check({ props }, report) {
      const missing = [
        ...(props.kmsKeyId === undefined ? ["kmsKeyId"] : []),
        ...(props.manageMasterUserPassword === true && props.masterUserSecretKmsKeyId === undefined
          ? ["masterUserSecretKmsKeyId"]
          : []),
        ...(props.performanceInsightsEnabled === true && props.performanceInsightsKmsKeyId === undefined
          ? ["performanceInsightsKmsKeyId"]
          : []),
      ];
      if (missing.length === 0) return;
      report({
        found: missing.map((property) => shown(property, undefined)).join(", "),
        fix: `set ${missing.join(", ")} to the ARN of the database's key`,
      });
    },
  }),

  resourceRule({
    name: "rds-planned-changes",
    rule: "A database must not change in ways that nobody planned: no major version by itself, and no setting that is ignored",
    source: "AWS RDS: Upgrading the PostgreSQL DB engine",
    kinds: [databaseInstance],
    check({ props, opts }, report) {
      if (props.allowMajorVersionUpgrade === true) {
        report({ found: "allowMajorVersionUpgrade is true", fix: "set allowMajorVersionUpgrade to false" });
      }
      if (!opts.ignoreChanges.includes("*")) return;
      report({ found: "the option ignoreChanges is *", fix: "name the properties that another system changes" });
    },
  }),

  resourceRule({
    name: "rds-changes-in-window",
    rule: "A production database must change in its maintenance window, because a change may restart it",
    source: "AWS RDS: Using the schedule modifications setting",
    stages: ["production"],
    kinds: [databaseInstance],
    check({ props }, report) {
      if (props.applyImmediately !== true) return;
      report({ found: "applyImmediately is true", fix: "set applyImmediately to false" });
    },
  }),

  /** RDS deletes them with the instance unless it is told to keep them. */
  resourceRule({
    name: "rds-keeps-automatic-backups",
    rule: "The automatic backups of a production database must outlive it",
    source: "AWS RDS: Retaining automated backups, deployment guide B2",
    stages: ["production"],
    kinds: [databaseInstance],
    check({ props }, report) {
      if (props.deleteAutomatedBackups === false) return;
      report({
        found: shown("deleteAutomatedBackups", props.deleteAutomatedBackups),
        fix: "set deleteAutomatedBackups to false",
      });
    },
  }),

  resourceRule({
    name: "rds-current-certificate",
    rule: "A database must have a certificate of an authority that has not expired, so that clients can check it",
    source: "AWS RDS: Using SSL/TLS to encrypt a connection to a DB instance",
    kinds: [databaseInstance],
    check({ props }, report) {
      const { caCertIdentifier } = props;
      if (caCertIdentifier === undefined || certificates.test(caCertIdentifier)) return;
      report({ found: shown("caCertIdentifier", caCertIdentifier), fix: "set caCertIdentifier to rds-ca-rsa2048-g1" });
    },
  }),

  resourceRule({
    name: "rds-log-without-data",
    rule: "A database's log must show who connects and what changes the schema, and no personal data",
    source: "AWS RDS: RDS for PostgreSQL database log files",
    kinds: [databaseParameterGroup],
    check({ props }, report) {
      for (const [name, { allowed, why }] of Object.entries(logSettings)) {
        const value = props.parameters?.find((parameter) => parameter.name === name)?.value;
        if (value !== undefined && allowed.includes(value)) continue;
        report({ found: shown(name, value), fix: `set ${name} to ${allowed[0]}, ${why}` });
      }
    },
  }),
];

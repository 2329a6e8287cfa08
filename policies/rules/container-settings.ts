/** Rules on what a container is told: no secret in the open, TLS to the database, and no setting that lets everyone in. */
import { isWide } from "../address-ranges.ts";
import { isSecretName, type Text, textsOf } from "../facts.ts";
import { parameter, secretVersion } from "../kinds.ts";
import { type Rule, resourceRule, shown } from "../rule.ts";
import { secretForm } from "../secret-forms.ts";
import { containerRule } from "./containers.ts";

/** PostgreSQL modes other than verify-full accept a server that is not the database, or no encryption at all. */
const weakMode = /\bsslmode=(?!verify-full\b)[\w-]*/i;

export const settingRules: readonly Rule[] = [
  /** Judged by a name that secrets are given, and by the form of the value. No value is ever repeated. */
  containerRule({
    name: "ecs-no-plain-secrets",
    rule: "A container's definition must not contain a secret",
    source: "AWS Security Hub ECS.8",
    check(container, report) {
      for (const { name, value } of container.environment ?? []) {
        const form = secretForm(value ?? "");
        if (form === undefined && !isSecretName(name)) continue;
        report({
          found: `environment of container ${container.name} contains ${name}, whose ${form === undefined ? "name suggests a secret" : `value is ${form}`}`,
          fix: `move ${name} to secrets, with the ARN of a Secrets Manager secret as valueFrom`,
        });
      }
      for (const text of textsOf(container)) {
        const found = secretForm(text.value) ?? namedSecret(text);
        if (found === undefined) continue;
        report({
          found: `${text.property} of container ${container.name} contains ${found}`,
          fix: "move it to secrets, with the ARN of a Secrets Manager secret as valueFrom, and read the variable instead",
        });
      }
    },
  }),

  containerRule({
    name: "ecs-database-tls",
    rule: "A container must check that it talks to the database, over TLS",
    source: "AWS RDS: Using SSL with a PostgreSQL DB instance",
    check(container, report) {
      const variables = container.environment ?? [];
      const mode = variables.find(({ name }) => name === "DATABASE_SSLMODE");
      const usesDatabase = variables.some(({ name }) => name === "DATABASE_HOST");
      if (mode === undefined ? usesDatabase : mode.value !== "verify-full") {
        report({
          found: shown(`DATABASE_SSLMODE of container ${container.name}`, mode?.value),
          fix: "set DATABASE_SSLMODE to verify-full",
        });
      }
      const texts = [...variables.map(({ name, value = "" }) => ({ property: name, value })), ...textsOf(container)];
      for (const { property, value } of texts.filter((text) => weakMode.test(text.value))) {
        report({
          found: `${property} of container ${container.name} contains ${weakMode.exec(value)?.[0]}`,
          fix: "write sslmode=verify-full",
        });
      }
    },
  }),

  resourceRule<StoredText>({
    name: "stored-database-tls",
    rule: "An address of the database that is stored as a secret or a parameter must ask for TLS",
    source: "AWS RDS: Using SSL with a PostgreSQL DB instance",
    kinds: [parameter, secretVersion],
    check({ props }, report) {
      for (const property of ["value", "insecureValue", "secretString", "secretStringWo"] as const) {
        const [weak] = weakMode.exec(props[property] ?? "") ?? [];
        if (weak === undefined) continue;
        report({ found: `${property} contains ${weak}`, fix: "write sslmode=verify-full" });
      }
    },
  }),

  containerRule({
    name: "ecs-no-open-settings",
    rule: "The API must trust named origins and proxies only, and must log in to the database without a password",
    source: "project rule",
    check(container, report) {
      for (const { name, value = "" } of container.environment ?? []) {
        const fix = openSettings[name]?.(value);
        if (fix !== undefined) report({ found: `${name} of container ${container.name} is ${value}`, fix });
      }
    },
  }),

  containerRule({
    name: "ecs-no-debug",
    rule: "The API must not show what happens inside it in production",
    source: "deployment guide P2",
    stages: ["production"],
    check({ name, environment = [] }, report) {
      const value = environment.find((variable) => variable.name === "DEBUG")?.value ?? "false";
      if (/^(false|0|no|off|)$/i.test(value)) return;
      report({ found: shown(`DEBUG of container ${name}`, value), fix: "set DEBUG to false" });
    },
  }),
];

/** Where a parameter or a version of a secret keeps its text. */
interface StoredText {
  readonly value?: string;
  readonly insecureValue?: string;
  readonly secretString?: string;
  readonly secretStringWo?: string;
}

/** Settings of the API by their names, and what to do where the value lets in more than it should. */
const openSettings: Readonly<Record<string, (value: string) => string | undefined>> = {
  ALLOWED_ORIGINS: (value) => (value.includes("*") ? "name the origins of the frontend" : undefined),
  DATABASE_IAM_AUTH: (value) => (value === "true" ? undefined : "set DATABASE_IAM_AUTH to true"),
  FORWARDED_ALLOW_IPS: (value) =>
    value.split(",").some((range) => range.includes("*") || (range.includes("/") && isWide(range)))
      ? "name the ranges of the network and of the proxy"
      : undefined,
};

/** An assignment to a name that secrets are given, such as `--password=...`; not one that reads a variable. */
function namedSecret({ name, value }: Text): string | undefined {
  if (name !== undefined && isSecretName(name) && value !== "") return `${name}, whose name suggests a secret`;
  const assignments = [...value.matchAll(/(?:^|[\s;&])-{0,2}([A-Za-z][\w-]*)=(?!["']?\$)["']?[^\s"']/g)];
  const secret = assignments.map(([, assigned = ""]) => assigned).find(isSecretName);
  return secret === undefined ? undefined : `${secret}, whose name suggests a secret`;
}

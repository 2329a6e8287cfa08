import type { Breach, ConfigRule } from "./readable-config.ts";

/** What production must not be asked: a payment charges somebody, and a flood of wrong log-ins is an attack. */
const neverInProduction: ConfigRule = ({ verify }, stage) => {
  if (stage !== "production") return [];
  const breaches: Breach[] = [];
  if (verify?.payment !== undefined) {
    const rule = "must not be set: production has the payment provider's live key, which charges (guide T4)";
    breaches.push({ path: ["verify", "payment"], rule, fix: { remove: true } });
  }
  if (verify?.logIn?.limitedAfterAttempts !== undefined) {
    const rule =
      "must not be set: wrong log-ins by the hundred look like an attack. Check the limit in staging (guide T3)";
    breaches.push({ path: ["verify", "logIn", "limitedAfterAttempts"], rule, fix: { remove: true } });
  }
  return breaches;
};

/** The firewall's limit on log-ins covers the log-in (guide M4). */
const limitedLogIn: ConfigRule = ({ verify, edge }) => {
  const path = verify?.logIn?.path;
  const prefixes = edge?.loginPathPrefixes;
  if (path === undefined || prefixes === undefined || prefixes.includes(undefined)) return [];
  if (prefixes.some((prefix) => prefix !== undefined && path.startsWith(prefix))) return [];
  const rule = `must begin with one of edge.loginPathPrefixes, ${prefixes.join(", ")}: the firewall limits log-ins there only`;
  return [{ path: ["verify", "logIn", "path"], rule, fix: { choose: "value" } }];
};

/** Health is about the process alone, so that a database outage ends no task (docs/api-container.md). Readiness is not. */
const readiness: ConfigRule = ({ verify, api }) => {
  if (verify?.readinessPath === undefined || verify.readinessPath !== api?.healthCheckPath) return [];
  const rule =
    "must differ from api.healthCheckPath: health must not ask the database, because an outage would end every task";
  return [{ path: ["verify", "readinessPath"], rule, fix: { choose: "value" } }];
};

/** A report names each entry once. */
const names: ConfigRule = ({ verify }) =>
  (["checkList", "suites"] as const).flatMap((key) => {
    const listed = (verify?.[key] ?? []).map((entry) => entry?.name);
    return listed.flatMap((name, index): readonly Breach[] => {
      if (name === undefined || listed.indexOf(name) === index) return [];
      const rule = "must differ from the names before it in the list: the report names each once";
      return [{ path: ["verify", key, index, "name"], rule, fix: { choose: "value" } }];
    });
  });

/** What holds between what `verify` checks and the rest of the config. */
export const verifyRules: readonly ConfigRule[] = [neverInProduction, limitedLogIn, readiness, names];

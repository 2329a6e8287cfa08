import { databaseInstance, databaseParameterGroup } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { shown } from "../../shown.ts";
import { stackRule } from "../../stack-rule.ts";

/** Judged for the group the instance uses; the default group of newer versions forces TLS too, but by a default that can move. */
export const rdsForceSsl = stackRule({
  name: "rds-force-ssl",
  rule: "A database refuses connections without TLS",
  source: "AWS Config rds-postgres-instance-encrypted-in-transit",
  kinds: [databaseInstance, databaseParameterGroup],
  check({ all }, report) {
    for (const instance of all(databaseInstance)) {
      const group = all(databaseParameterGroup).find((candidate) =>
        refersTo(instance, "parameterGroupName", candidate),
      );
      const value = group?.props.parameters?.find(({ name }) => name === "rds.force_ssl")?.value;
      if (value === "1") continue;
      report(instance, {
        found:
          group === undefined
            ? "it uses no parameter group of this stack"
            : shown(`rds.force_ssl in ${group.name}`, value),
        fix: "set rds.force_ssl to 1 in the instance's parameter group",
      });
    }
  },
});

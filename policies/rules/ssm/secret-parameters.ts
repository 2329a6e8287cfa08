import { isSecretName } from "../../facts/secret-names.ts";
import { parameter } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const ssmSecretParameters = resourceRule({
  name: "ssm-secret-parameters",
  rule: "A parameter with the name of a secret is encrypted",
  source: "AWS Systems Manager: SecureString parameters",
  kinds: [parameter],
  check({ props }, report) {
    if (props.type === "SecureString" || !isSecretName(props.name ?? "")) return;
    report({
      found: `${shown("type", props.type)} for ${props.name}`,
      fix: "set type to SecureString, or use Secrets Manager",
    });
  },
});

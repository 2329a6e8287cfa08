import { key } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const kmsRotation = resourceRule({
  name: "kms-rotation",
  rule: "A symmetric key is rotated each year",
  source: "Security Hub KMS.4",
  kinds: [key],
  check({ props }, report) {
    const isSymmetric = (props.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";
    if (!isSymmetric || props.enableKeyRotation === true) return;
    report({ found: shown("enableKeyRotation", props.enableKeyRotation), fix: "set enableKeyRotation to true" });
  },
});

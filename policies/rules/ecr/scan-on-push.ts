import { imageRepository } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const ecrScanOnPush = resourceRule({
  name: "ecr-scan-on-push",
  rule: "An image is scanned when it is pushed",
  source: "FSBP ECR.1",
  kinds: [imageRepository],
  check({ props }, report) {
    const scan = props.imageScanningConfiguration?.scanOnPush;
    if (scan === true) return;
    report({ found: shown("scanOnPush", scan), fix: "set imageScanningConfiguration.scanOnPush to true" });
  },
});

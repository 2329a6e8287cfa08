/** How Step Functions calls Elastic Load Balancing, and how moto does: by the name that Python's SDK has for it. */
const awsName = "arn:aws:states:::aws-sdk:elasticloadbalancingv2:";
const motoName = "arn:aws:states:::aws-sdk:elbv2:";

/** A state machine's definition as moto executes it: the same text with moto's name of one service, and no other change. */
export function motoDefinition(definition: string): string {
  return definition.replaceAll(awsName, motoName);
}

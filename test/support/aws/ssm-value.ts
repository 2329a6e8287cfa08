/**
 * Why AWS would refuse a value for a standard parameter; empty where it takes it. moto checks neither, so the rules are
 * those that AWS documents.
 *
 * @see AWS Systems Manager API Reference, "PutParameter", Value: at most 4 KB, and no text in double braces
 */
export function ssmValueProblems(value: string): string[] {
  const bytes = Buffer.byteLength(value, "utf8");
  return [
    ...(bytes < 1 || bytes > 4096 ? [`the value has ${bytes} bytes`] : []),
    ...(/\{\{[\s\S]*\}\}/.test(value) ? ["the value has text in double braces"] : []),
  ];
}

/**
 * A line that people copy from a notice. A latch is named `/<project>/<stage>/…` (infra/naming.ts), so its name tells the
 * stage; under any other name the line says `<stage>`, and nobody is sent to a stage that was guessed.
 */
export function rolloutCommandLine(command: "rollback" | "resume", latchParameterName: string): string {
  const [, stage = "<stage>"] = /^\/[^/]+\/([^/]+)\/[^/]/.exec(latchParameterName) ?? [];
  return `npm run rollout -- ${command} --stage ${stage}`;
}

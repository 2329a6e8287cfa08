import { buildCommand } from "@stricli/core";
import { countFlag } from "../program.ts";
import type { DatabaseLogin } from "../tunnel/log-in.ts";
import type { TunnelResult } from "../tunnel/use-tunnel.ts";
import { action, type CommonFlags, commonFlags, explain, type RolloutContext, textFlag } from "./command.ts";

interface TunnelFlags extends CommonFlags {
  readonly as: DatabaseLogin;
  readonly localPort?: number;
  readonly instance?: string;
}

/** `tunnel`: a way to the database for one person, for as long as the command runs. */
export const tunnel = buildCommand<TunnelFlags, readonly string[], RolloutContext>({
  docs: explain("Open a tunnel to the database for as long as this runs. Nothing becomes public. Ctrl-C closes it.", [
    {
      line: "npm run rollout -- tunnel --stage staging",
      purpose: "Keep it open, and say how to connect as the role that reads only.",
    },
    {
      line: "npm run rollout -- tunnel --stage staging -- psql",
      purpose: "Run a command with PGHOST, PGPASSWORD and the others set, and close the tunnel when it has ended.",
    },
    {
      line: "npm run rollout -- tunnel --stage production --as migrator -- psql",
      purpose: "As another role.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      as: {
        kind: "enum",
        values: ["readonly", "admin", "migrator", "api"],
        default: "readonly",
        brief: "Whom to log in as. Your identity needs rds-db:connect for that role.",
      },
      localPort: {
        kind: "parsed",
        optional: true,
        parse: countFlag,
        brief: "Port of this machine. By default database.tunnelPort of the stack file, or 15432.",
      },
      instance: { ...textFlag, brief: "Another instance of the stage, such as one that a restore has kept." },
    },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "A program and its words, behind --.", placeholder: "command" },
    },
  },
  func: action(
    async ({ stage, as: login, localPort, instance }: TunnelFlags, openWorld, _screen, command: readonly string[]) => {
      const { useTunnel } = await import("../tunnel/use-tunnel.ts");
      const result = await useTunnel(await openWorld(stage), { login, localPort, instance, command });
      const isDone = result.broken === null && (result.exitCode ?? 0) === 0;
      return {
        exitCode: isDone ? 0 : 1,
        text: ending(result),
        json: { outcome: isDone ? "done" : "failed", ...result },
      };
    },
  ),
});

/** How the use of a tunnel ended, for a person. */
function ending({ host, exitCode, broken }: TunnelResult): string {
  if (broken !== null) return `The tunnel to ${host} ended before it was closed: ${broken}`;
  return exitCode === null
    ? `The tunnel to ${host} was open until you closed it.`
    : `The command ended with exit code ${exitCode}.`;
}

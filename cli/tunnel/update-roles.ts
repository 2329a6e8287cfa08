import { join } from "node:path";
import { usualTunnelPort } from "../../components/database/names.ts";
import type { CommandOutcome } from "../outcome.ts";
import { pulumiCommand } from "../pulumi.ts";
import { setSettings } from "../stack-file/set-settings.ts";
import type { RolloutWorld } from "../world.ts";
import { useTunnel } from "./use-tunnel.ts";

/** How the roles are updated. */
export interface RolesUpdate {
  /** Whether Pulumi asks before it changes anything. */
  readonly asks: boolean;
  /** Port of this machine. Default: `database.tunnelPort` of the stack file, else 15432. */
  readonly localPort: number | undefined;
}

/**
 * Has an update create the portal's database, its roles and their grants: it opens the tunnel as the master user, sets
 * `database.tunnelPort` where the stack file does not have it, and runs `pulumi up`.
 *
 * @throws {RefusedError} naming every reason why the tunnel is not opened; nothing was changed then
 */
export async function updateRoles(world: RolloutWorld, { asks, localPort }: RolesUpdate): Promise<CommandOutcome> {
  const { stage, projectFolder, stackFile } = world;
  const port = localPort ?? stackFile.readConfig().database.tunnelPort ?? usualTunnelPort;
  const pulumi = pulumiCommand(process.env["PATH"] ?? "");
  const words = ["--stack", stage, "--cwd", projectFolder, "--policy-pack", join(projectFolder, "policies")];
  const command = [pulumi, "up", ...words, ...(asks ? [] : ["--yes"])];
  const result = await useTunnel(world, {
    login: "admin",
    localPort: port,
    command,
    prepare: () => setTunnelPort(world, port),
  });
  const isDone = result.exitCode === 0;
  return {
    exitCode: isDone ? 0 : 1,
    text: isDone
      ? `The database of ${stage} has its roles and grants, as the program plans them.`
      : `The update ended with exit code ${result.exitCode}. Read what Pulumi says above, and run this command again.`,
    json: { outcome: isDone ? "done" : "failed", ...result },
  };
}

/** The program manages the roles where the stack file has the port, and connects at that one. */
async function setTunnelPort({ stage, stackFile, say }: RolloutWorld, port: number): Promise<void> {
  if (stackFile.readConfig().database.tunnelPort === port) return;
  const before = await stackFile.read();
  const settings = [{ path: ["database", "tunnelPort"], value: port }];
  const { text } = setSettings(stage, { name: stackFile.name, text: before }, settings, stackFile.readStaging());
  await stackFile.write(text);
  say(`${stackFile.name}: database.tunnelPort is ${port}, so that the update manages the roles. Commit it.`);
}

import { buildCommand } from "@stricli/core";
import { countFlag } from "../program.ts";
import { action, type CommonFlags, commonFlags, explain, switchFlag } from "./command.ts";

interface DatabaseRolesFlags extends CommonFlags {
  readonly yes?: boolean;
  readonly localPort?: number;
}

/** `database-roles`: the portal's database, its roles and their grants, by an update through the tunnel. */
export const databaseRoles = buildCommand({
  docs: explain(
    "Create the service's database, its roles and grants, by an update through the tunnel. Run again, it mends them.",
    [
      {
        line: "npm run rollout -- database-roles --stage staging",
        purpose:
          "Once, after the first update of a stage. It sets database.tunnelPort, and Pulumi asks before it changes anything.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      localPort: {
        kind: "parsed",
        optional: true,
        parse: countFlag,
        brief: "Port of this machine, which it writes into the stack file. By default the one that is there, or 15432.",
      },
      yes: { ...switchFlag, brief: "Do not ask before the update, as in CI." },
    },
  },
  func: action(async ({ stage, yes = false, localPort }: DatabaseRolesFlags, openWorld) => {
    const { updateRoles } = await import("../tunnel/update-roles.ts");
    return await updateRoles(await openWorld(stage), { asks: !yes, localPort });
  }),
});

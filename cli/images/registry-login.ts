import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { RegistryLogin } from "../../infra/aws/registry.ts";

/** What a container program is run with to be logged in. */
export type LoginEnvironment = Readonly<Record<string, string>>;

/** Name of the helper that gives a log-in out: programs look for `docker-credential-<name>`. */
const helperOf = (index: number) => `rollout-${index}`;
const variableOf = (index: number) => `ROLLOUT_REGISTRY_PASSWORD_${index}`;

/**
 * Lets container programs log in to registries while a function runs. A password is in no file and in no command line: a
 * folder of its own names a credential helper for each registry, and the helper prints a variable that the program inherits.
 * Docker, Podman, Skopeo and Crane ask helpers in this way.
 *
 * @see docker login, "Credential helper protocol"; containers-auth.json(5), `credHelpers`
 */
export async function withRegistryLogins<T>(
  logins: readonly RegistryLogin[],
  path: string,
  run: (environment: LoginEnvironment) => Promise<T>,
): Promise<T> {
  if (process.platform === "win32") {
    throw new Error("Images are pushed from Linux or macOS. On Windows, run this command in WSL.");
  }
  // Only its owner can look into it.
  const folder = await mkdtemp(join(tmpdir(), "rollout-registry-"));
  try {
    const config = {
      credHelpers: Object.fromEntries(logins.map(({ host }, index) => [host, helperOf(index)])),
      // Docker looks for its plug-ins in the folder of its config, which is another one here.
      cliPluginsExtraDirs: [join(process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"), "cli-plugins")],
    };
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
    for (const [index, { user }] of logins.entries()) {
      const helper = join(folder, `docker-credential-${helperOf(index)}`);
      const answer = `printf '{"Username":"${user}","Secret":"%s"}' "$${variableOf(index)}"`;
      // It is asked on its standard input, and knows one registry only.
      await writeFile(helper, `#!/bin/sh\nread -r registry\n${answer}\n`);
      await chmod(helper, 0o700);
    }
    return await run({
      DOCKER_CONFIG: folder,
      REGISTRY_AUTH_FILE: join(folder, "config.json"),
      PATH: `${folder}${delimiter}${path}`,
      ...Object.fromEntries(logins.map(({ password }, index) => [variableOf(index), password])),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

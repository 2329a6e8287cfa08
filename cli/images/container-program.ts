import type { RegistryLogin } from "../../infra/aws/registry.ts";
import { executableOnPath, type ProcessResult, runProcess } from "../process.ts";
import { withRegistryLogins } from "./registry-login.ts";

/** What builds, pushes and copies images on this machine. Each function throws an `Error` with what the program said. */
export interface ContainerProgram {
  /** Builds a folder with a Dockerfile for one platform, under a name. */
  build(folder: string, platform: string, name: string): Promise<void>;
  /** Gives an image that is on this machine another name. */
  tag(image: string, name: string): Promise<void>;
  /** What an image on this machine runs on, such as `linux/amd64`. */
  platformOf(image: string): Promise<string>;
  /** Pushes an image under its name. */
  push(name: string, login: RegistryLogin): Promise<void>;
  /**
   * Runs words in an image, without a network, and gives what they printed. Without a log-in the image has to be on this machine,
   * or in a registry that asks for none.
   */
  runAlone(image: string, words: readonly string[], login: RegistryLogin | undefined): Promise<string>;
  /** Runs words in an image as `runAlone` does, with this machine's network and with variables, whose values no list of processes shows. */
  runBeside(
    image: string,
    words: readonly string[],
    login: RegistryLogin | undefined,
    variables: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Copies an image from one registry to another, as it is: it keeps its digest. */
  copy(from: string, to: string, logins: readonly RegistryLogin[]): Promise<void>;
}

/** How a program is called. */
interface Call {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether what it prints is its answer, and nothing to watch. */
  readonly isQuestion?: boolean;
}

/**
 * Docker, or else Podman: the first that is on the path. Copies are made by Docker's plug-in buildx, or by Skopeo, which comes
 * with Podman on most machines.
 *
 * @param path folders, as the environment has them
 * @param cwd folder that relative paths begin at
 * @param onLine told of each line that a program prints
 * @throws {Error} where neither is there
 */
export function openContainerProgram(path: string, cwd: string, onLine: (line: string) => void): ContainerProgram {
  const name = ["docker", "podman"].find((one) => executableOnPath(one, path) !== undefined);
  if (name === undefined) {
    throw new Error("There is neither docker nor podman on the path. Install one of them, and run the command again.");
  }
  const printedBy = async ({ program, words, environment = {}, isQuestion = false }: Call): Promise<string> => {
    const command = executableOnPath(program, path) ?? program;
    const told = isQuestion ? {} : { onLine };
    const result = await runProcess({ command, words, cwd, environment, ...told }).catch((error: unknown) => {
      throw new Error(`${program} cannot be run. Install it, and run the command again.`, { cause: error });
    });
    if (result.exitCode !== 0) throw failed({ program, words }, result);
    return result.stdout;
  };
  const run = async (call: Call) => (await printedBy(call)).trim();
  const own = (...words: readonly string[]) => run({ program: name, words, isQuestion: true });
  const loggedIn = (logins: readonly RegistryLogin[], call: Call, engine: Readonly<Record<string, string>>) =>
    withRegistryLogins(logins, path, (environment) =>
      printedBy({ ...call, environment: { ...call.environment, ...environment, ...engine } }),
    );
  /** Docker's own config, which is another one while it is logged in, may name an engine that is not the default one. */
  const engine = async (): Promise<Readonly<Record<string, string>>> => {
    if (name !== "docker" || process.env["DOCKER_HOST"] !== undefined) return {};
    const host = await own("context", "inspect", "--format", "{{.Endpoints.docker.Host}}").catch(() => "");
    return host === "" ? {} : { DOCKER_HOST: host };
  };
  return {
    async build(folder, platform, reference) {
      // What buildx adds by default makes an index of the image, which registries scan in parts or not at all.
      const environment = { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };
      const words = ["build", "--platform", platform, "--tag", reference, folder];
      await run({ program: name, words, environment });
    },
    async tag(image, reference) {
      await own("tag", image, reference);
    },
    platformOf: async (image) => await own("image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", image),
    async push(reference, login) {
      await loggedIn([login], { program: name, words: ["push", reference] }, await engine());
    },
    async runAlone(image, words, login) {
      const call = { program: name, words: ["run", "--rm", "--network", "none", image, ...words], isQuestion: true };
      return login === undefined ? await printedBy(call) : await loggedIn([login], call, await engine());
    },
    async runBeside(image, words, login, variables) {
      const named = Object.keys(variables).flatMap((variable) => ["--env", variable]);
      const all = ["run", "--rm", "--network", "host", ...named, image, ...words];
      const call = { program: name, words: all, environment: variables, isQuestion: true };
      await (login === undefined ? run(call) : loggedIn([login], call, await engine()));
    },
    async copy(from, to, logins) {
      const call =
        name === "docker"
          ? {
              program: "docker",
              words: ["buildx", "imagetools", "create", "--prefer-index=false", "--tag", to, from],
            }
          : {
              program: "skopeo",
              words: ["copy", "--all", "--preserve-digests", `docker://${from}`, `docker://${to}`],
            };
      await loggedIn(logins, call, await engine());
    },
  };
}

/** Logs in to the registry of an image that is not on this machine. */
export async function loginWhereAway(
  program: Pick<ContainerProgram, "platformOf">,
  image: string,
  logIn: () => Promise<RegistryLogin>,
): Promise<RegistryLogin | undefined> {
  const isHere = await program.platformOf(image).then(
    () => true,
    () => false,
  );
  return isHere ? undefined : await logIn();
}

/** Lines of a program's own words that are worth repeating. */
const keptLines = 5;

function failed(
  { program, words }: Pick<Call, "program" | "words">,
  { exitCode, stdout, stderr }: ProcessResult,
): Error {
  const said = (stderr.trim() === "" ? stdout : stderr).trim().split("\n").slice(-keptLines).join("\n");
  return new Error(`${program} ${words.join(" ")} failed with exit code ${exitCode}: ${said}`);
}

import { z } from "zod";
import { ConfigError } from "../../infra/config/problems/config-error.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { countText } from "../../rollout/gate/verdict.ts";
import { fail, notChecked, pass } from "../found.ts";
import { messageOf } from "../outcome.ts";
import type { ProcessResult } from "../process.ts";
import { pluginFix } from "../tunnel/plugin.ts";
import type { RolloutWorld } from "../world.ts";
import { check, type Finding } from "./finding.ts";

/** What the checks of this machine work with. */
export interface LocalPorts {
  readonly world: Pick<RolloutWorld, "stage" | "stackFile">;
  /** Runs the Pulumi CLI in the project's folder. @throws {Error} where there is none */
  readonly runPulumi: (words: readonly string[]) => Promise<ProcessResult>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Version of AWS's Session Manager plugin. @throws {Error} where it is missing or too old */
  readonly pluginVersion: () => Promise<string>;
}

/** The stack file's config; undefined where it is wrong. */
export function configAtHand({ stackFile }: LocalPorts["world"]): StageConfig | undefined {
  try {
    return stackFile.readConfig();
  } catch {
    return undefined;
  }
}

/** Checks this machine and the stack file: what a deployment needs before it asks anybody. */
export async function checkLocal(ports: LocalPorts): Promise<readonly Finding[]> {
  return await Promise.all([
    check("Node", () => pass(process.version)),
    check("Pulumi CLI", () => checkPulumi(ports)),
    check("Session Manager plugin", () => checkPlugin(ports)),
    check("Pulumi login", () => checkLogin(ports)),
    check("stack", () => checkStack(ports)),
    check("secrets of the stack", () => checkSecrets(ports)),
    check("stack file", () => checkStackFile(ports)),
    check("images", () => checkImages(ports)),
  ]);
}

async function checkPulumi({ runPulumi }: LocalPorts) {
  const { exitCode, stdout, stderr } = await runPulumi(["version"]).catch((error: unknown) => {
    throw new Error(
      "There is no pulumi on the path. Run npm ci, which brings one, and start this command by npm run.",
      {
        cause: error,
      },
    );
  });
  const said = stdout.trim();
  return exitCode === 0
    ? pass(said)
    : fail(
        lastLine(stderr),
        "Run npx pulumi version, which fetches the CLI from get.pulumi.com when it is first run, and shows what hinders it.",
      );
}

/** Only the tunnel to the database needs it: a deployment of the rest goes without. */
async function checkPlugin({ pluginVersion }: LocalPorts) {
  const version = await pluginVersion().catch((error: unknown) => new Error(messageOf(error)));
  return typeof version === "string" ? pass(version) : fail(version.message, pluginFix);
}

/** The part of `pulumi whoami --json` that is read. */
const whoami = z.object({ user: z.string(), url: z.string().optional() });

async function askLogin({ runPulumi }: LocalPorts) {
  const { exitCode, stdout } = await runPulumi(["whoami", "--json"]);
  return exitCode === 0 ? whoami.safeParse(JSON.parse(stdout)).data : undefined;
}

async function checkLogin(ports: LocalPorts) {
  const login = await askLogin(ports);
  if (login === undefined) return fail("nobody is logged in", "Run npx pulumi login.");
  return pass(`${login.user}${login.url === undefined ? "" : `, ${login.url}`}`);
}

/** The part of `pulumi stack ls --json` that is read. */
const stackList = z.array(z.object({ name: z.string(), resourceCount: z.number().optional() }));

async function checkStack({ world: { stage }, runPulumi }: LocalPorts) {
  const { exitCode, stdout, stderr } = await runPulumi(["stack", "ls", "--json"]);
  if (exitCode !== 0) return notChecked(lastLine(stderr) || "the stacks could not be listed");
  // A stack of an organisation is listed as organisation/stack.
  const found = stackList.parse(JSON.parse(stdout)).find(({ name }) => name === stage || name.endsWith(`/${stage}`));
  if (found === undefined) {
    return fail(`there is no stack ${stage} where you are logged in`, `Run npx pulumi stack init ${stage}.`);
  }
  return pass(
    found.resourceCount === undefined || found.resourceCount === 0
      ? "it is there, and empty"
      : `it has ${countText(found.resourceCount, "resource")}`,
  );
}

const passphraseVariables = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"] as const;

async function checkSecrets(ports: LocalPorts) {
  const text = await ports.world.stackFile.read();
  const provider = /^secretsprovider:\s*["']?([^\s"']+)/m.exec(text)?.[1];
  if (provider !== undefined && provider !== "passphrase") return pass(provider);
  const byPassphrase = provider === "passphrase" || /^encryptionsalt:/m.test(text);
  if (!byPassphrase) {
    const url = (await askLogin(ports))?.url;
    return url === undefined || url.includes("app.pulumi.com")
      ? pass("Pulumi Cloud's own key")
      : fail(
          `${ports.world.stackFile.name} says nothing about how secrets are encrypted, and ${url} has no key of its own`,
          `Run npx pulumi stack init ${ports.world.stage} --secrets-provider=awskms://alias/<alias>, or with passphrase.`,
        );
  }
  return passphraseVariables.some((name) => (ports.environment[name] ?? "") !== "")
    ? pass("a passphrase, which is set")
    : fail("a passphrase, which is not set", `Set ${passphraseVariables.join(" or ")}.`);
}

function checkStackFile({ world: { stackFile } }: LocalPorts) {
  try {
    stackFile.readConfig();
    return pass(`${stackFile.name} has no problem`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fail(error.message, "Each problem names its fix.");
  }
}

function checkImages({ world }: LocalPorts) {
  const config = configAtHand(world);
  if (config === undefined) return notChecked("the stack file has problems");
  const digest = config.images[config.liveColour];
  const set = `npm run rollout -- set --stage ${world.stage} images.${config.liveColour} sha256:<digest> --label <version>`;
  return digest === undefined || digest === null
    ? fail(`the live colour, ${config.liveColour}, has no image, so it would run no tasks`, `Run ${set}.`)
    : pass(`${config.liveColour} is to run ${JSON.stringify(digest).slice(0, 60)}`);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectName, stackFileName } from "../../infra/config/config-keys.ts";
import { parseYaml } from "../../infra/config/parse-yaml.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { runProcess } from "../process.ts";
import { pulumiCommand } from "../pulumi.ts";
import { explainPulumi } from "../pulumi-failure.ts";

/** A secret as a stack file holds it. */
export interface EncryptedSecret {
  readonly ciphertext: string;
  /** How the stack's secrets are encrypted, such as `encryptionsalt`, where the stack file did not say it yet. */
  readonly added: Readonly<Record<string, string>>;
}

/** What a stack file says of its secrets, outside of `config`. */
const outerKeys = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

/** The key under which the temporary file gets the secret. */
const temporaryKey = `${projectName}:secret`;

/**
 * Encrypts a secret as `pulumi config set --secret` does, with the stack's own secrets provider. Pulumi would write the whole
 * stack file anew, so it works on one in a temporary folder. The secret itself is written to no file and to no command line.
 *
 * @param text the stack file, which says how its secrets are encrypted
 * @throws {Error} with Pulumi's own words; nothing was changed
 */
export async function encryptSecret(
  projectFolder: string,
  stage: Stage,
  text: string,
  secret: string,
): Promise<EncryptedSecret> {
  const folder = await mkdtemp(join(tmpdir(), "rollout-secret-"));
  const file = join(folder, stackFileName(stage));
  const before = outerOf(text);
  try {
    await copyFile(join(projectFolder, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    // JSON is YAML.
    await writeFile(file, JSON.stringify(before));
    const words = ["config", "set", "--secret", "--non-interactive", "--stack", stage, temporaryKey];
    const command = pulumiCommand(process.env["PATH"] ?? "");
    const result = await runProcess({ command, words, cwd: folder, input: secret }).catch((error: unknown) => {
      throw explainPulumi(stage, words, error);
    });
    if (result.exitCode !== 0) throw explainPulumi(stage, words, result);
    return takeOver(before, await readFile(file, "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function outerOf(text: string): Readonly<Record<string, string>> {
  const file = (parseYaml({ name: "The stack file", text }) ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    outerKeys.flatMap((key) => (typeof file[key] === "string" ? [[key, file[key]] as const] : [])),
  );
}

function takeOver(before: Readonly<Record<string, string>>, written: string): EncryptedSecret {
  const file = parseYaml({ name: "What Pulumi wrote", text: written }) as {
    readonly config?: Readonly<Record<string, { readonly secure?: unknown } | undefined>>;
  };
  const ciphertext = file.config?.[temporaryKey]?.secure;
  const after = outerOf(written);
  const isChanged = Object.entries(before).some(([key, value]) => after[key] !== value);
  if (typeof ciphertext !== "string" || isChanged) {
    throw new Error("Pulumi encrypted the secret in another way than the stack file says. Nothing was changed.");
  }
  return { ciphertext, added: Object.fromEntries(Object.entries(after).filter(([key]) => !(key in before))) };
}

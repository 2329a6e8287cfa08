import { buildCommand } from "@stricli/core";
import type { KeyPath } from "../../infra/config/config-keys.ts";
import { visibly } from "../../rollout/plain-text.ts";
import { messageOf, WrongUseError } from "../outcome.ts";
import type { Setting } from "../stack-file/set-settings.ts";
import type { RolloutWorld } from "../world.ts";
import {
  action,
  type CommonFlags,
  commonFlags,
  explain,
  type RolloutContext,
  switchFlag,
  textFlag,
} from "./command.ts";

interface SetFlags extends CommonFlags {
  readonly secret?: boolean;
  readonly remove?: boolean;
  readonly label?: string;
}

/** `set`: single values of the stack file. */
export const set = buildCommand<SetFlags, readonly string[], RolloutContext>({
  docs: explain("Set values of the stack file, and keep every other byte. It judges the whole config first.", [
    {
      line: "npm run rollout -- set --stage production images.green sha256:<digest> --label 2.4.0",
      purpose: "Set the candidate's image, and what people call it in status and history.",
    },
    {
      line: "npm run rollout -- set --stage production api.minTasks 12 api.maxTasks 20",
      purpose: "Set two values that are valid together only.",
    },
    {
      line: `npm run rollout -- set --stage production "rollout.freezeWindows[0]" '{ from: "2026-12-19T00:00:00+11:00", until: "2027-01-04T00:00:00+11:00", reason: summer weddings }'`,
      purpose: "Add a freeze window to an empty list.",
    },
    {
      line: "npm run rollout -- set --stage production --secret applicationSecrets.STRIPE_SECRET_KEY",
      purpose: "Ask for the secret, or read it from standard input, and let Pulumi encrypt it.",
    },
    { line: "npm run rollout -- set --stage production --remove database.restoreFrom", purpose: "Remove a key." },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      secret: { ...switchFlag, brief: "Encrypt the value. It is asked for, and never part of the command." },
      remove: { ...switchFlag, brief: "Remove the keys." },
      label: { ...textFlag, brief: "What people call the image that is set, such as 2.4.0." },
    },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "A key and its value, then perhaps further ones.", placeholder: "key value" },
    },
  },
  func: action(async (flags: SetFlags, openWorld, _screen, words: readonly string[]) => {
    const [{ settingPath, settingValue, setSettings }, { isImageLabel, longestLabel }] = await Promise.all([
      import("../stack-file/set-settings.ts"),
      import("../../infra/config/schema/primitives.ts"),
    ]);
    if (flags.label !== undefined && !isImageLabel(flags.label)) {
      throw new WrongUseError(
        `--label cannot be "${visibly(flags.label)}". Give 1 to ${longestLabel} characters on one line, without @, invisible ones, and spaces around them.`,
      );
    }
    const pairs = labelled(flags, pairsOf(flags, words)).map(({ key, typed }) => ({
      path: pathOf(settingPath, key),
      typed,
    }));
    const world = await openWorld(flags.stage);
    const { stackFile } = world;
    const before = await stackFile.read();
    const { text: base, settings } = flags.secret
      ? await encrypted(world, before, pairs[0]?.path ?? [])
      : {
          text: before,
          settings: pairs.map(
            ({ path, typed }): Setting => ({
              path,
              value: typed === undefined ? undefined : settingValue(path, typed),
            }),
          ),
        };
    const { text, remaining } = setSettings(
      flags.stage,
      { name: stackFile.name, text: base },
      settings,
      stackFile.readStaging(),
    );
    if (text !== before) await stackFile.write(text);
    const done = text === before ? `${stackFile.name} says so already.` : `${stackFile.name} is changed.`;
    const next = `Look at it by git diff ${stackFile.name}, then preview: npx pulumi preview --stack ${flags.stage}`;
    const hints = text !== before && pairs.some(({ path }) => path[0] === "applicationSecrets") ? [secretHint] : [];
    const left = remaining.map(({ key, rule }) => `- ${key} ${rule}`);
    return {
      exitCode: 0,
      text: [
        done,
        ...(left.length > 0 ? ["Still to be fixed:", ...left] : text === before ? [] : [...hints, next]),
      ].join("\n"),
      json: { outcome: text === before ? "nothing to do" : "done", remaining },
    };
  }),
});

/** What a person has to know who has changed a secret. */
const secretHint =
  "A secret is part of a release: at weight 0 the update stages it in the candidate, it gets traffic by the steps, and live keeps what it has. To change both colours at once, as for a revoked key: docs/runbook.md, An application secret.";

function pathOf(parse: (key: string) => KeyPath, key: string): KeyPath {
  try {
    return parse(key);
  } catch (error) {
    throw new WrongUseError(messageOf(error));
  }
}

function pairsOf({ secret, remove }: SetFlags, words: readonly string[]) {
  if (words.length === 0) throw new WrongUseError("The key is missing, such as images.green.");
  if (secret === true && remove === true) throw new WrongUseError("--secret does not go with --remove.");
  if (remove === true) return words.map((key) => ({ key, typed: undefined }));
  if (secret === true) {
    // What was typed as the value is not repeated: it may be the secret.
    if (words.length > 1) throw new WrongUseError("--secret takes one key. The secret is asked for, not typed here.");
    return words.map((key) => ({ key, typed: undefined }));
  }
  if (words.length % 2 === 1) throw new WrongUseError(`The value of ${words.at(-1)} is missing.`);
  return words.flatMap((key, index) => (index % 2 === 0 ? [{ key, typed: words[index + 1] }] : []));
}

/** An image and its label are one value. */
function labelled({ label }: SetFlags, pairs: readonly { readonly key: string; readonly typed: string | undefined }[]) {
  if (label === undefined) return pairs;
  const [pair] = pairs;
  const isOneImage = pairs.length === 1 && /(^|:)images\.(blue|green)$/.test(pair?.key ?? "");
  if (!isOneImage || pair?.typed === undefined) {
    throw new WrongUseError("--label goes with one image, as in images.green sha256:<digest> --label 2.4.0.");
  }
  return [{ ...pair, typed: `${label}@${pair.typed.replace(/^.*@/, "")}` }];
}

async function encrypted({ stackFile }: RolloutWorld, text: string, path: KeyPath) {
  const { readSecret } = await import("../read-secret.ts");
  const secret = await readSecret(process.stdin, process.stderr);
  if (secret === "") throw new WrongUseError("The secret is empty.");
  const { ciphertext, added } = await stackFile.encrypt(text, secret);
  const lines = Object.entries(added).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  const whole = text === "" || text.endsWith("\n") || lines.length === 0 ? text : `${text}\n`;
  return { text: whole + lines.join(""), settings: [{ path, value: { secure: ciphertext } }] };
}

import type { ReadStream } from "node:tty";

/**
 * Reads a secret: what is piped in, without its last line break, or what a person types at a terminal, unseen.
 *
 * @throws {Error} where the person interrupts it
 */
export async function readSecret(
  input: NodeJS.ReadStream,
  prompt: { readonly write: (text: string) => unknown },
): Promise<string> {
  if (input.isTTY) return await typed(input, prompt);
  let text = "";
  input.setEncoding("utf8");
  for await (const part of input) text += String(part);
  return text.replace(/\r?\n$/, "");
}

const [interrupt, endOfInput, erase, backspace] = [3, 4, 127, 8].map((code) => String.fromCharCode(code));

function typed(input: ReadStream, prompt: { readonly write: (text: string) => unknown }): Promise<string> {
  prompt.write("The secret (what you type is not shown): ");
  input.setRawMode(true);
  input.setEncoding("utf8");
  input.resume();
  return new Promise((resolve, reject) => {
    let text = "";
    const end = (settle: () => void) => {
      input.off("data", take);
      input.setRawMode(false);
      input.pause();
      prompt.write("\n");
      settle();
    };
    const take = (part: string) => {
      for (const character of part) {
        if (character === interrupt) return end(() => reject(new Error("Interrupted. Nothing was changed.")));
        if (character === "\r" || character === "\n" || character === endOfInput) return end(() => resolve(text));
        text = character === erase || character === backspace ? text.slice(0, -1) : text + character;
      }
    };
    input.on("data", take);
  });
}

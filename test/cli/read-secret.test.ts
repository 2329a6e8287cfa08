import { PassThrough } from "node:stream";
import type { ReadStream } from "node:tty";
import { describe, expect, it } from "vitest";
import { readSecret } from "../../cli/read-secret.ts";

/** A terminal that is typed at: it shows by `modes` when it echoes nothing. */
function terminal() {
  const modes: boolean[] = [];
  const stream = new PassThrough();
  const input = Object.assign(stream, { isTTY: true, setRawMode: (isRaw: boolean) => void modes.push(isRaw) });
  return { input: input as unknown as ReadStream, modes, type: (text: string) => stream.write(text) };
}

const silent = { write: () => true };

describe("readSecret", () => {
  it.each([
    ["hunter2\n", "hunter2"],
    ["hunter2\r\n", "hunter2"],
    ["two\nlines\n", "two\nlines"],
    [" hunter2 ", " hunter2 "],
    ["", ""],
  ])("reads %j that is piped in", async (text, secret) => {
    const input = new PassThrough();
    input.end(text);
    expect(await readSecret(input as unknown as NodeJS.ReadStream, silent)).toBe(secret);
  });

  it("reads what is typed, without its corrections, and prints nothing of it", async () => {
    const { input, modes, type } = terminal();
    let printed = "";
    const reading = readSecret(input, { write: (text) => (printed += text) });
    type("hunterx");
    type("\u007f2\r");
    expect(await reading).toBe("hunter2");
    expect(printed).toBe("The secret (what you type is not shown): \n");
    expect(modes).toEqual([true, false]);
  });

  it("ends with Ctrl-C, and the terminal shows again what is typed", async () => {
    const { input, modes, type } = terminal();
    const reading = readSecret(input, silent);
    type("hunter\u0003");
    await expect(reading).rejects.toThrow("Interrupted. Nothing was changed.");
    expect(modes).toEqual([true, false]);
  });
});

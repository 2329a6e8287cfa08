import { stripVTControlCharacters, styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Where a rehearsal tells how it goes. */
export interface Terminal {
  /** One line that stays. */
  line(text?: string): void;
  /** What is going on now: one line, rewritten in place, on a terminal; nothing elsewhere. */
  status(text: string): void;
  /** The text in colour where the stream shows colours and NO_COLOR does not forbid them. */
  paint(format: Format, text: string): string;
}

/** Writes to a stream: with a live status line on a terminal, plain lines otherwise. */
export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  let statusShown = false;
  const clear = () => {
    if (statusShown) stream.write("\r\u001b[2K");
    statusShown = false;
  };
  return {
    line(text = "") {
      clear();
      stream.write(`${text}\n`);
    },
    status(text) {
      if (!stream.isTTY) return;
      clear();
      stream.write(cut(text, (stream.columns ?? 80) - 1));
      statusShown = text !== "";
    },
    paint: (format, text) => styleText(format, text, { stream }),
  };
}

/** A status line that wrapped could not be rewritten. */
function cut(text: string, width: number): string {
  return stripVTControlCharacters(text).length <= width
    ? text
    : `${stripVTControlCharacters(text).slice(0, width - 1)}…`;
}

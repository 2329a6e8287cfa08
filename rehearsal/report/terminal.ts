import { stripVTControlCharacters, styleText } from "node:util";
import { fitLines } from "../../cli/terminal.ts";
import type { ExecutionReport } from "./report-schema.ts";

type Format = Parameters<typeof styleText>[0];

/** Where a rehearsal shows its progress and its summary. */
export interface Terminal {
  /**
   * Writes a line. On a terminal it is wrapped at 100 columns, or at fewer where the terminal is narrower.
   *
   * @param indent columns that indent each part after the first. Default 0
   */
  line(text?: string, indent?: number): void;
  /** Shows what is going on now: on a terminal as one line that is rewritten in place, elsewhere not at all. */
  status(text: string): void;
  /** Colours a text where the stream shows colours and NO_COLOR does not forbid them. */
  paint(format: Format, text: string): string;
}

const maxColumns = 100;

/** Writes to a stream: on a terminal with a status line, elsewhere plain lines. */
export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  let statusShown = false;
  const clear = () => {
    if (statusShown) stream.write("\r\u001b[2K");
    statusShown = false;
  };
  return {
    line(text = "", indent = 0) {
      clear();
      const columns = Math.min(stream.columns ?? maxColumns, maxColumns);
      stream.write(`${stream.isTTY ? fitLines(text, columns, indent) : text}\n`);
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

/** A status line that wraps could not be rewritten. */
function cut(text: string, width: number): string {
  const plain = stripVTControlCharacters(text);
  return plain.length <= width ? text : `${plain.slice(0, width - 1)}…`;
}

/** A tick or a cross. The shape tells them apart where there are no colours. */
export function mark(terminal: Pick<Terminal, "paint">, held: boolean): string {
  return held ? terminal.paint("green", "✓") : terminal.paint("red", "✗");
}

/** Milliseconds for people: `4 ms`, `870 ms`, `1.9 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds < 1 ? "under 1 ms" : `${Math.round(milliseconds)} ms`;
}

/** A share for people: `5 %`, `4.8 %`. */
export function percent(value: number): string {
  return `${Number(value.toFixed(1))} %`;
}

/** `1 resource`, `3 resources`, `5 processes`. */
export function counted(count: number, thing: string): string {
  const ending = thing.endsWith("s") ? "es" : "s";
  return `${count} ${thing}${count === 1 ? "" : ending}`;
}

/** The actions that an execution called, in order, without their services; `nothing` where it called none. */
export function calledActions({ calls }: Pick<ExecutionReport, "calls">): string {
  return calls.map(({ action }) => action.slice(action.indexOf(":") + 1)).join(", ") || "nothing";
}

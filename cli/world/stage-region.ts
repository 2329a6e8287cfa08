import { type Document, isMap, parseDocument } from "yaml";
import { findPair } from "../stack-file/find-pair.ts";

/**
 * The AWS region that a stack file names, read so that a mistake elsewhere in the file does not hide it: in the parsed
 * document as far as that goes, and in the text itself where a mistake is in the way, such as the marks of a merge.
 *
 * @returns undefined where it names none
 */
export function stageRegion(text: string): string | undefined {
  const document = parseDocument(text, { logLevel: "silent" });
  try {
    return inDocument(document) ?? (document.errors.length > 0 ? inText(text) : undefined);
  } catch {
    // Its block stands there in two spellings.
    return inText(text);
  }
}

function inDocument(document: Document): string | undefined {
  const config = document.get("config");
  const aws = isMap(config) ? findPair(config, "aws")?.value : undefined;
  const region = isMap(aws) ? aws.get("region") : undefined;
  return typeof region === "string" && region !== "" ? region : undefined;
}

/** The first `region:` behind the key of the block. */
function inText(text: string): string | undefined {
  const block = /^\s*["']?(?:\S+:)?aws["']?:[\s\S]*?\bregion:\s*["']?([a-z]{2}(?:-[a-z]+)+-\d+)\b/m;
  return block.exec(text)?.[1];
}

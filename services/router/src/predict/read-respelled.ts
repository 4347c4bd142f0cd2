import type { LineReading } from "@lilux/core/ranking";
import { respell } from "@lilux/core/spelling";
import type { LibraryIndex } from "@lilux/library-index";
import type { RouterModel } from "../model/router-model.ts";
import type { ReadText } from "./read-in-context.ts";

/** A line as it is read, which is not always as it was typed. */
export type Respell = (text: string) => string;

/** Reads misspelt words as the library's; a model that does not tell its words reads them as typed. */
export function respellFor(
  { capabilities: { vocabulary } }: Pick<RouterModel, "capabilities">,
  library: LibraryIndex | undefined,
): Respell {
  if (vocabulary === undefined || library === undefined) return (text) => text;
  const words = library.spelling.words();
  const speller = {
    knows: (word: string) => vocabulary.has(word) || words.has(word),
    begins: (prefix: string) => vocabulary.begins(prefix) || words.begins(prefix),
    nearest: words.nearest,
  };
  return (text) => respell(text, speller);
}

/** A reading of the line as it was meant, in the words that were typed. */
export function readRespelled(read: ReadText, respelled: Respell): ReadText {
  return async (text): Promise<LineReading> => {
    const meant = respelled(text);
    const reading = await read(meant);
    if (meant === text) return reading;
    const words = text.split(/\s+/u).filter((word) => word !== "");
    return { ...reading, words: words.slice(0, reading.words.length) };
  };
}

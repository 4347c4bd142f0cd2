import type { InputSpec } from "@lilux/protocol";
import { STOP_WORDS } from "../text/index.ts";
import { freeWord, type LineValues, refuse } from "./line-values.ts";

/** What leaves something out, or says what is not meant. */
const LEAVES_OUT =
  /\b(?:except(?:ing)?(?: for)?|excluding|excludes?|other than|apart from|aside from|instead of|rather than|(?:all|every|everything|any|anything)(?: \p{L}+)? but|without|not)\b/giu;
const PLACES = new Set("in on at for to from of with by into onto as until since".split(" "));

/**
 * "all but S-3", "without the debug lines", "not to staging": no value that an input is given, and told as not
 * read. Comes behind the switches, which take "without steam" for what it is.
 */
export function takeExceptions(line: LineValues, inputs: readonly InputSpec[]): void {
  if (inputs.length === 0) return;
  for (const { index, 0: said } of line.text.matchAll(LEAVES_OUT)) {
    const first = line.tokens.findIndex(({ start, end }) => start <= index && end > index);
    let at = line.tokens.findIndex(({ start }) => start >= index + said.length);
    if (at === -1 || line.taken[first] === true) continue;
    const from = [first];
    let isTelling = false;
    for (let isFirst = true; at < line.tokens.length; at += 1) {
      const word = freeWord(line, at) ?? line.tokens[at]?.text.toLowerCase() ?? "";
      if (line.taken[at] === true || (!isFirst && PLACES.has(word))) break;
      from.push(at);
      const tells =
        !PLACES.has(word) && (line.tokens[at]?.kind !== "word" || !STOP_WORDS.has(word));
      isTelling ||= tells;
      isFirst &&= !tells;
      if (line.tokens[at]?.isClosed === true) break;
    }
    if (isTelling) refuse(line, from);
  }
}

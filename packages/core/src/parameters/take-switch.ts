import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier, stemWord } from "../text/index.ts";
import { give, isOpen, type LineValues, placesOf, tokensOfWords } from "./line-values.ts";
import { booleanAs } from "./value-as.ts";

/** Up to three words before a switch: "not as a dry run", "without a dry run", "don't keep it". */
const NEGATIONS = new Set(
  "no not without non never skip don dont doesn doesnt shouldn shouldnt won wont isn isnt off disable disabled omit leave".split(
    " ",
  ),
);
/** Words of a name that only say that it is a switch: `with_cakes`, `is_public`. */
const FRAME = new Set("with is has should include includes enable use do allow also".split(" "));
const UN = /^(?:un|non|de|dis)(?=\p{L}{4})/u;
const LINKS = new Set(["=", ":", "is", "to", "set"]);
const FOR_REAL = /\bfor real\b/iu;

/**
 * A switch by its phrase, on or off: "as a dry run", "without compression", "unencrypted", "cakes too",
 * "cold chain yes", "don't randomise".
 */
export function takeSwitch(line: LineValues, spec: InputSpec): void {
  const name = splitIdentifier(spec.name);
  for (const start of placesOf(line, name)) {
    if (!isOpen(line, spec)) return;
    takeByName(line, spec, { start, count: name.length });
  }
  if (isOpen(line, spec)) takeInflected(line, spec, name);
  const core = name.filter((word) => !FRAME.has(word));
  const isFramed = core.length > 0 && core.length < name.length;
  if (isOpen(line, spec) && isFramed) takeInflected(line, spec, core);
  if (isOpen(line, spec) && /dry.?run/iu.test(spec.name)) takeForReal(line, spec);
}

/** The opposite of a dry run is said in words of its own. */
function takeForReal(line: LineValues, spec: InputSpec): void {
  const found = FOR_REAL.exec(line.text);
  if (found === null) return;
  const from = line.tokens.flatMap(({ start, end }, at) =>
    start >= found.index && end <= found.index + found[0].length + 1 ? [at] : [],
  );
  give(line, spec, { value: false, origin: "inferred", by: "switch_inflected", from });
}

function takeByName(
  line: LineValues,
  spec: InputSpec,
  { start, count }: { start: number; count: number },
): void {
  const from = tokensOfWords(line, start, count);
  const { at, said } = saidBehind(line, (from.at(-1) ?? 0) + 1);
  // A name of one word may be an ordinary word of the line ("all", "force").
  const isWord = said === undefined && count === 1;
  const used = said === undefined ? from : [...from, at];
  give(line, spec, {
    value: said ?? !isNegatedAt(line, start),
    origin: isWord ? "inferred" : "typed",
    by: isWord ? "switch_word" : "switch",
    from: used,
  });
}

/** "yes", "= false", "is on" behind a name. */
function saidBehind(line: LineValues, from: number): { at: number; said: boolean | undefined } {
  let at = from;
  while (at < from + 2 && LINKS.has(line.tokens[at]?.text.toLowerCase() ?? "")) at += 1;
  const token = line.tokens[at];
  const isFree = token !== undefined && token.name === undefined && line.taken[at] === false;
  return { at, said: isFree ? booleanAs(token.text) : undefined };
}

function isNegatedAt(line: LineValues, start: number): boolean {
  return [1, 2, 3].some((back) => {
    const before = line.words[start - back];
    if (before === undefined || !NEGATIONS.has(before.word)) return false;
    // A no of another part of the line is none of this one.
    const own = line.words[start]?.token ?? 0;
    return !line.tokens.slice(before.token, own).some(({ isClosed }) => isClosed);
  });
}

/** "ignoring case", "keep the dates", "without notifying", "unpaid": a switch in another form of its words. */
function takeInflected(line: LineValues, spec: InputSpec, name: readonly string[]): void {
  const stems = name.map(stemWord);
  for (let start = 0; start < line.words.length; start += 1) {
    const places: number[] = [];
    let isOpposite = false;
    for (let at = start; places.length < stems.length && at < line.words.length; at += 1) {
      const { word = "", token = 0 } = line.words[at] ?? {};
      const match = matchOf(stems[places.length] ?? "", word);
      if (match !== undefined && line.taken[token] === false) {
        places.push(at);
        isOpposite ||= match === "opposite";
      } else if (places.length === 0 || !/^(?:the|a|an|any)$/.test(word)) break;
    }
    const from = places.map((at) => line.words[at]?.token ?? 0);
    if (places.length < stems.length || from.length === 0) continue;
    const value = isNegatedAt(line, start) === isOpposite;
    give(line, spec, { value, origin: "inferred", by: "switch_inflected", from });
    return;
  }
}

function matchOf(stem: string, word: string): "same" | "opposite" | undefined {
  if (isFormOf(stem, word)) return "same";
  return UN.test(word) && isFormOf(stem, word.replace(UN, "")) ? "opposite" : undefined;
}

/** "compression" of "compress", "strictly" of "strict", "randomised" of "randomise". */
function isFormOf(stem: string, word: string): boolean {
  if (stem === "" || word === "") return false;
  return stemWord(word) === stem || (stem.length > 4 && word.startsWith(stem));
}

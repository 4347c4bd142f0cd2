import type { InputSpec } from "@lilux/protocol";
import { STOP_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import { give, isOpen, type LineValues, placesOf, tokensOfWords } from "./line-values.ts";
import { booleanAs, valueAs } from "./value-as.ts";
import { valueKindOf } from "./value-kind.ts";

/** Between a name and its value: "seconds set to 3", "branch is main". */
const LINKS = new Set([
  "=",
  ":",
  "to",
  "is",
  "as",
  "of",
  "be",
  "set",
  "equal",
  "equals",
  "at",
  "->",
  "→",
]);
/** After these even an ordinary word is the value that was meant. */
const STRONG_LINKS = new Set(["=", ":", "is", "set", "equal", "equals", "->", "→"]);
/** Up to three words before a switch: "not as a dry run", "without a dry run". */
const NEGATIONS = new Set(["no", "not", "without", "non", "never", "skip"]);
const LIST_WORDS = new Set(["and", "&", "+"]);

/** `--seconds 2`, `--seconds=2`, `seconds=2`, `seconds: 2`, `--dry-run`, `--no-dry-run`. */
export function takeFlagValues(line: LineValues, inputs: readonly InputSpec[]): void {
  for (const [at, { kind, name, text }] of line.tokens.entries()) {
    if (name === undefined || line.taken[at] === true) continue;
    const spec = inputs.find((input) => sameName(input.name, name));
    if (spec !== undefined) takeAfterName(line, spec, { at, text });
    else if (kind === "flag" && text === "") takeNegatedFlag(line, inputs, { at, name });
  }
}

function takeAfterName(
  line: LineValues,
  spec: InputSpec,
  { at, text }: { at: number; text: string },
): void {
  const next = at + 1;
  const isGiven = text !== "";
  const found = isGiven ? text : textOf(line, next);
  const value = found === undefined ? undefined : valueAs(spec, found);
  if (spec.type === "boolean" && !isGiven && booleanAs(found ?? "") === undefined) {
    give(line, spec, { value: true, origin: "typed", from: [at] });
  } else if (value !== undefined && spec.type === "array" && !isGiven) {
    const rest = listFrom(line, next);
    give(line, spec, { value: rest.values, origin: "typed", from: [at, ...rest.from] });
  } else if (value !== undefined) {
    give(line, spec, { value, origin: "typed", from: isGiven ? [at] : [at, next] });
  }
}

function takeNegatedFlag(
  line: LineValues,
  inputs: readonly InputSpec[],
  { at, name }: { at: number; name: string },
): void {
  if (!/^no[-_]/iu.test(name)) return;
  const spec = inputs.find(
    (input) => input.type === "boolean" && sameName(input.name, name.slice(3)),
  );
  if (spec !== undefined) give(line, spec, { value: false, origin: "typed", from: [at] });
}

/** "seconds 3", "window days of 7", "branch main", "as a dry run", "without dry run". */
export function takeSpokenValues(line: LineValues, inputs: readonly InputSpec[]): void {
  // Longer names first: "start date" before "date".
  const byLength = [...inputs].sort(
    (a, b) => splitIdentifier(b.name).length - splitIdentifier(a.name).length,
  );
  for (const spec of byLength) {
    const name = splitIdentifier(spec.name);
    for (const start of placesOf(line, name)) {
      if (!isOpen(line, spec)) break;
      takeSpoken(line, spec, { start, count: name.length });
    }
    if (isOpen(line, spec) && spec.type === "boolean") takeInflected(line, spec, name);
  }
}

/** "ignoring case", "keep the dates", "without notifying": a switch in another form of its words. */
function takeInflected(line: LineValues, spec: InputSpec, name: readonly string[]): void {
  const stems = name.map(stemWord);
  for (let start = 0; start < line.words.length; start += 1) {
    const places: number[] = [];
    for (let at = start; places.length < stems.length && at < line.words.length; at += 1) {
      const { word = "", token = 0 } = line.words[at] ?? {};
      const isStem =
        stemWord(word) === stems[places.length] || isRootOf(stems[places.length], word);
      if (isStem && line.taken[token] === false) places.push(at);
      else if (places.length === 0 || !/^(?:the|a|an)$/.test(word)) break;
    }
    const from = places.map((at) => line.words[at]?.token ?? 0);
    if (places.length < stems.length || from.length === 0) continue;
    const isNegated = [1, 2, 3].some((back) => NEGATIONS.has(line.words[start - back]?.word ?? ""));
    give(line, spec, { value: !isNegated, origin: "inferred", from });
    return;
  }
}

/** "compression" of "compress". */
function isRootOf(stem: string | undefined, word: string): boolean {
  return stem !== undefined && stem.length > 4 && word.startsWith(stem);
}

interface NamePlace {
  /** The first word of the name, among the line's words. */
  start: number;
  count: number;
}

function takeSpoken(line: LineValues, spec: InputSpec, place: NamePlace): void {
  const from = tokensOfWords(line, place.start, place.count);
  const { at, links } = skipLinks(line, (from.at(-1) ?? 0) + 1);
  const text = textOf(line, at);
  if (spec.type === "boolean") {
    takeSpokenBoolean(line, spec, { place, from, at, text });
    return;
  }
  if (text === undefined) return;
  const isValue = line.tokens[at]?.kind !== "word" || valueKindOf(text) !== undefined;
  const value = valueAs(spec, text);
  if (value === undefined) return;
  const isStrong = isValue || links.some((link) => STRONG_LINKS.has(link));
  if (!isStrong && STOP_WORDS.has(text.toLowerCase())) return;
  // "the api service to staging" gives no service; "set the branch to main" gives a branch.
  if (!isStrong && links.length > 0 && links.every((link) => link === "to") && !isSet(line)) return;
  const isNumber = spec.type === "integer" || spec.type === "number";
  const origin = isStrong || isNumber ? "typed" : "inferred";
  const list = spec.type === "array" ? listFrom(line, at) : undefined;
  const used = [...from, ...between(from.at(-1) ?? 0, at), ...(list?.from ?? [at])];
  give(line, spec, { value: list?.values ?? value, origin, from: used });
}

function isSet({ words }: LineValues): boolean {
  return words.some(({ word }) => word === "set" || word === "change" || word === "put");
}

function takeSpokenBoolean(
  line: LineValues,
  spec: InputSpec,
  {
    place,
    from,
    at,
    text,
  }: { place: NamePlace; from: readonly number[]; at: number; text: string | undefined },
): void {
  const said = text === undefined ? undefined : booleanAs(text);
  const isNegated = [1, 2, 3].some((back) => {
    const before = line.words[place.start - back];
    return before !== undefined && NEGATIONS.has(before.word);
  });
  // A name of one word may be an ordinary word of the line ("all", "force").
  const origin = said === undefined && place.count === 1 ? "inferred" : "typed";
  const used = said === undefined ? from : [...from, at];
  give(line, spec, { value: said ?? !isNegated, origin, from: used });
}

function skipLinks(line: LineValues, from: number): { at: number; links: string[] } {
  const links: string[] = [];
  let at = from;
  while (at < line.tokens.length && links.length < 3) {
    const token = line.tokens[at];
    const word = token?.kind === "word" ? token.text.toLowerCase() : "";
    if (!LINKS.has(word) || line.taken[at] === true) break;
    links.push(word);
    at += 1;
  }
  return { at, links };
}

function between(after: number, before: number): number[] {
  return Array.from({ length: Math.max(0, before - after - 1) }, (_, step) => after + 1 + step);
}

/** The value of a token that is free and names nothing itself. */
function textOf(line: LineValues, at: number): string | undefined {
  const token = line.tokens[at];
  if (token === undefined || line.taken[at] === true || token.name !== undefined) return undefined;
  return token.text === "" ? undefined : token.text;
}

/** "a.png, b.png and c.png": values up to the first word that is none. */
function listFrom(line: LineValues, start: number): { values: unknown[]; from: number[] } {
  const values: unknown[] = [];
  const from: number[] = [];
  for (let at = start; at < line.tokens.length; at += 1) {
    const text = textOf(line, at);
    if (text === undefined) break;
    if (LIST_WORDS.has(text.toLowerCase()) && values.length > 0) continue;
    const isFirst = values.length === 0;
    const before = line.tokens[at - 1];
    const followsComma =
      before?.isClosed === true || LIST_WORDS.has(before?.text.toLowerCase() ?? "");
    const isValue = line.tokens[at]?.kind !== "word" || valueKindOf(text) !== undefined;
    if (!isFirst && !followsComma && !isValue) break;
    const read = valueAs({ type: "array" }, text);
    values.push(...(Array.isArray(read) ? read : [text]));
    from.push(at);
  }
  return { values, from };
}

function sameName(declared: string, written: string): boolean {
  return splitIdentifier(declared).join("_") === splitIdentifier(written).join("_");
}

import type { InputSpec } from "@lilux/protocol";
import { STOP_WORDS, splitIdentifier } from "../text/index.ts";
import { takesDays } from "./dated-input.ts";
import { dayForInput } from "./day-for-input.ts";
import {
  give,
  isOpen,
  type LineValues,
  placesOf,
  saidAt,
  type TakenValue,
  tokensOfWords,
} from "./line-values.ts";
import { spokenDay } from "./spoken-dates.ts";
import { isNumeric } from "./take-amounts.ts";
import { takesSentence } from "./take-statement.ts";
import { takeSwitch } from "./take-switch.ts";
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
const SAID = { origin: "typed", by: "assignment" } as const;
const LIST_WORDS = new Set(["and", "&", "+"]);

/** `--seconds 2`, `--seconds=2`, `seconds=2`, `seconds: 2`, `--dry-run`, `--no-dry-run`. */
export function takeFlagValues(line: LineValues, inputs: readonly InputSpec[]): void {
  for (const [at, { kind, name, text }] of line.tokens.entries()) {
    if (name === undefined || line.taken[at] === true) continue;
    const spec = inputs.find((input) => sameName(input.name, name));
    // "note: the lift is stuck" says a sentence, not its first word.
    if (kind === "assignment" && text === "" && spec !== undefined && takesSentence(spec)) {
      const isLast = line.tokens.slice(at + 1).every((token) => token.name === undefined);
      if (isLast && line.tokens[at + 1]?.kind === "word") continue;
    }
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
  const value =
    found === undefined ? undefined : (dayFor(line, spec, found) ?? valueAs(spec, found));
  if (spec.type === "boolean" && !isGiven && booleanAs(found ?? "") === undefined) {
    give(line, spec, { value: true, ...SAID, from: [at] });
  } else if (value !== undefined && spec.type === "array" && !isGiven) {
    const rest = listFrom(line, next);
    give(line, spec, { value: rest.values, ...SAID, from: [at, ...rest.from] });
  } else if (value !== undefined) {
    give(line, spec, { value, ...SAID, from: isGiven ? [at] : [at, next] });
  }
}

/** "from=tomorrow" is that day. */
function dayFor({ today }: LineValues, spec: InputSpec, text: string): string | undefined {
  return takesDays(spec) ? spokenDay(text.toLowerCase(), today)?.comes : undefined;
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
  if (spec !== undefined) give(line, spec, { value: false, ...SAID, from: [at] });
}

/** "seconds 3", "window days of 7", "branch main", "as a dry run", "without dry run". */
export function takeSpokenValues(line: LineValues, inputs: readonly InputSpec[]): void {
  // Longer names first: "start date" before "date".
  const byLength = [...inputs].sort(
    (a, b) => splitIdentifier(b.name).length - splitIdentifier(a.name).length,
  );
  for (const spec of byLength) {
    const name = splitIdentifier(spec.name);
    if (spec.type === "boolean") takeSwitch(line, spec);
    else {
      for (const start of placesOf(line, name)) {
        if (!isOpen(line, spec)) break;
        takeSpoken(line, spec, { start, count: name.length });
      }
    }
  }
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
  if (text === undefined || !isFitting(line, spec, { place, at, links })) return;
  const isValue = line.tokens[at]?.kind !== "word" || valueKindOf(text) !== undefined;
  const day = isDay(line, spec, at) ? dayForInput(line, spec, at) : undefined;
  const value = isDay(line, spec, at) ? day?.value : valueAs(spec, text);
  if (value === undefined) return;
  if (day !== undefined && line.tokens[at]?.days !== undefined) {
    const used = [...from, ...between(from.at(-1) ?? 0, at), at];
    line.yearless.add(spec.name);
    give(line, spec, { ...day, origin: "inferred", from: used });
    return;
  }
  const isStrong = isValue || links.some((link) => STRONG_LINKS.has(link));
  if (!isStrong && STOP_WORDS.has(text.toLowerCase())) return;
  // "the api service to staging" gives no service; "set the branch to main" gives a branch.
  if (!isStrong && links.length > 0 && links.every((link) => link === "to") && !isSet(line)) return;
  const read: Pick<TakenValue, "origin" | "by"> =
    isStrong || isNumeric(spec)
      ? { origin: "typed", by: "name" }
      : { origin: "inferred", by: "name_then_word" };
  const list = spec.type === "array" ? listFrom(line, at) : undefined;
  const whole = spec.type === "string" ? wholeName(line, at) : undefined;
  const used = [...from, ...between(from.at(-1) ?? 0, at), ...(list?.from ?? whole?.from ?? [at])];
  give(line, spec, { value: list?.values ?? whole?.text ?? value, ...read, from: used });
}

function isDay(line: LineValues, spec: InputSpec, at: number): boolean {
  const token = line.tokens[at];
  return (
    token?.kind === "word" &&
    takesDays(spec) &&
    /^(?:date|month)$/.test(valueKindOf(token.text) ?? "")
  );
}

/** No day is "the first", and of "two bottles of 70 percent ethanol" there are two. */
function isFitting(
  line: LineValues,
  spec: InputSpec,
  { place, at, links }: { place: NamePlace; at: number; links: readonly string[] },
): boolean {
  const token = line.tokens[at];
  if (token === undefined) return false;
  const kind = token.kind === "word" ? valueKindOf(token.text) : undefined;
  if (spec.type === "string" && takesDays(spec)) {
    const isSaid = token.kind === "quoted" || links.some((link) => STRONG_LINKS.has(link));
    return isSaid || kind === "date" || kind === "time" || kind === "identifier";
  }
  const before = line.tokens[(line.words[place.start]?.token ?? 0) - 1];
  const isCounted = before !== undefined && valueKindOf(before.text) === "number";
  return !(isNumeric(spec) && isCounted && links.includes("of"));
}

/** "Dr Sen", "Mia Lund": the words with a capital that follow belong to the name. */
function wholeName(line: LineValues, at: number): { text: string; from: number[] } | undefined {
  const from = [at];
  const isName = (place: number): boolean =>
    line.tokens[place]?.kind === "word" && /^\p{Lu}/u.test(line.tokens[place]?.text ?? "");
  if (!isName(at)) return undefined;
  for (let next = at + 1; isName(next) && line.taken[next] === false; next += 1) {
    if (line.tokens[next - 1]?.isClosed === true) break;
    from.push(next);
  }
  return from.length === 1
    ? undefined
    : { text: from.map((place) => saidAt(line, place)).join(" "), from };
}

function isSet({ words }: LineValues): boolean {
  return words.some(({ word }) => word === "set" || word === "change" || word === "put");
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

/** Whether an input is written so, whatever joins its words. */
export function sameName(declared: string, written: string): boolean {
  return splitIdentifier(declared).join("_") === splitIdentifier(written).join("_");
}

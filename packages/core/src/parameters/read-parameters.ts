import type { InputSpec, ParameterOrigin } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { readLineTokens } from "./line-tokens.ts";
import { beginLineValues, type LineValues, placesOf, tokensOfWords } from "./line-values.ts";
import { reservationIn } from "./reservation-in.ts";
import { isSpokenTime, takeAmounts } from "./take-amounts.ts";
import { takeListedChoices } from "./take-listed-choices.ts";
import { takeManner } from "./take-manner.ts";
import { takeFlagValues, takeSpokenValues } from "./take-named-values.ts";
import { takeOrdinaryWords } from "./take-ordinary-words.ts";
import { takeRelativeDates } from "./take-relative-dates.ts";
import { takeValuesByForm } from "./take-values-by-form.ts";
import { valueKindOf } from "./value-kind.ts";

/** An item as far as its values in a line go. */
export interface ParameterTarget {
  inputs: readonly InputSpec[];
  /** The words of the id a call names it by, in order. */
  idWords: readonly string[];
  /** Words that belong to the item itself: a `v2` among them is no value. */
  knownWords: ReadonlySet<string>;
  /** YYYY-MM-DD: what "tomorrow" is counted from. */
  today?: string | undefined;
}

export interface ReadParameters {
  /** By input name; only what the line says. Defaults are the tool core's to fill in. */
  values: Record<string, unknown>;
  /** One per declared input, in order. */
  origins: ParameterOrigin[];
  /** What looks like a value and was taken by no input, as typed; at most eight. */
  unread: string[];
}

/** A longer line is never held to be read whole. */
const LINE_CHARACTERS_MAX = 4_000;
const UNREAD_MAX = 8;
const UNREAD_CHARACTERS_MAX = 200;

/**
 * Reads the values a line gives for an item's inputs: flags and assignments,
 * names with their values, amounts with units, listed choices, and last what a
 * value's form alone shows. Whatever else looks like a value is told as unread,
 * so that nobody runs the item as if it had not been said.
 */
export function readParameters(text: string, target: ParameterTarget): ReadParameters {
  const { inputs } = target;
  const line = beginLineValues(readLineTokens(text.slice(0, LINE_CHARACTERS_MAX)));
  takeFlagValues(line, inputs);
  setItemAside(line, target.idWords);
  takeSpokenValues(line, inputs);
  takeAmounts(line, inputs);
  takeListedChoices(line, inputs);
  const manner = takeManner(line, text, target);
  takeRelativeDates(line, inputs, target.today);
  takeValuesByForm(line, inputs);
  takeOrdinaryWords(line, inputs, target.knownWords);
  return {
    values: Object.fromEntries([...line.values].map(([name, { value }]) => [name, value])),
    origins: inputs.map((spec) => ({ name: spec.name, origin: originOf(line, spec) })),
    unread: text.length > LINE_CHARACTERS_MAX ? ["…"] : unreadOf(line, target, { text, manner }),
  };
}

/** The item's own name, where it stands, gives no value and names no input. */
function setItemAside(line: LineValues, idWords: readonly string[]): void {
  const [start] = placesOf(line, idWords);
  if (start === undefined) return;
  for (const token of tokensOfWords(line, start, idWords.length)) line.taken[token] = true;
}

function originOf(line: LineValues, spec: InputSpec): ParameterOrigin["origin"] {
  const given = line.values.get(spec.name);
  if (given !== undefined) return given.origin;
  const hasDefault = spec.default !== undefined && spec.default !== null;
  return spec.required && !hasDefault ? "missing" : "default";
}

function unreadOf(
  line: LineValues,
  target: ParameterTarget,
  { text, manner }: { text: string; manner: readonly string[] },
): string[] {
  const unread = [...manner, ...unreadReservation(line, text)];
  for (const [at, token] of line.tokens.entries()) {
    if (line.taken[at] === true) continue;
    const isValue =
      token.kind !== "word" || looksGiven(token.text, target) || isSpokenTime(line, at);
    if (isValue) unread.push(writtenAs(token).slice(0, UNREAD_CHARACTERS_MAX));
  }
  return unread.slice(0, UNREAD_MAX);
}

/**
 * A condition is something said that no input took, unless all there is to it is a value ("but only
 * as a dry run"): and "first" says that something else is to follow.
 */
function unreadReservation(line: LineValues, text: string): string[] {
  const reserved = reservationIn(text);
  if (reserved === undefined) return [];
  const before = readLineTokens(text.slice(0, reserved.at)).length;
  const isTaken = line.taken.slice(before).includes(true);
  return isTaken && !reserved.isFirst ? [] : [reserved.text.slice(0, UNREAD_CHARACTERS_MAX)];
}

/** What the item itself is called by is no value, nor a `v2` that its description speaks of. */
function looksGiven(text: string, { idWords, knownWords }: ParameterTarget): boolean {
  const kind = valueKindOf(text);
  if (kind === undefined) return false;
  const words = splitIdentifier(text);
  if (words.every((word) => idWords.includes(word))) return false;
  const isOwn = kind === "identifier" || kind === "quantity" || kind === "path";
  return !(isOwn && words.every((word) => knownWords.has(word)));
}

function writtenAs({ name, text }: { name: string | undefined; text: string }): string {
  if (name === undefined) return text;
  return text === "" ? name : `${name}=${text}`;
}

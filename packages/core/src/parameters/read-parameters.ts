import type { InputSpec, ParameterOrigin } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { type DayTense, tenseOfRequest } from "./day-tense.ts";
import { joinTokens } from "./join-tokens.ts";
import { leftoverOf } from "./leftover-of.ts";
import type { LineToken } from "./line-tokens.ts";
import { beginLineValues, type LineValues, placesOf, tokensOfWords } from "./line-values.ts";
import { type OpenLine, openLine, type TokensAndWords, withWords } from "./open-line.ts";
import { ownWords } from "./own-words.ts";
import type { ParameterTarget } from "./parameter-target.ts";
import { refuseTwoReadings } from "./refuse-two-readings.ts";
import { reservationIn } from "./reservation-in.ts";
import { isSpokenTime, takeAmounts } from "./take-amounts.ts";
import { takeChoicesByMeaning } from "./take-choices-by-meaning.ts";
import { takeCounts } from "./take-counts.ts";
import { takeDurations } from "./take-durations.ts";
import { takeExceptions } from "./take-exceptions.ts";
import { takeListedChoices } from "./take-listed-choices.ts";
import { takeManner } from "./take-manner.ts";
import { sameName, takeFlagValues, takeSpokenValues } from "./take-named-values.ts";
import { takeNumberPairs } from "./take-number-pairs.ts";
import { takeOrdinals } from "./take-ordinals.ts";
import { takeOrdinaryWords } from "./take-ordinary-words.ts";
import { takeStatement } from "./take-statement.ts";
import { takeValuesByForm } from "./take-values-by-form.ts";
import { takeVersions } from "./take-versions.ts";
import { confidenceOfReading } from "./value-confidence.ts";
import { valueKindOf } from "./value-kind.ts";

export interface ReadParameters {
  /** By input name; only what the line says. Defaults are the tool core's to fill in. */
  values: Record<string, unknown>;
  /** One per declared input, in order. */
  origins: ParameterOrigin[];
  /** What looks like a value and was taken by no input, as typed; at most eight. */
  unread: string[];
  /** Words that say something and that neither an input took nor the item is about. */
  leftover: number;
}

const UNREAD_MAX = 8;
const UNREAD_CHARACTERS_MAX = 200;

/**
 * Reads the values a line gives for an item's inputs: flags and assignments,
 * names with their values, amounts with units, listed choices, and last what a
 * value's form alone shows. Whatever else looks like a value is told as unread,
 * so that nobody runs the item as if it had not been said. A line that several items
 * are asked about is opened once.
 */
export function readParameters(said: string | OpenLine, target: ParameterTarget): ReadParameters {
  const { inputs } = target;
  const open = typeof said === "string" ? openLine(said, target.today) : said;
  const { text } = open;
  const line = beginLine(open, target);
  takeFlagValues(line, inputs);
  setItemAside(line, target.idWords);
  takeStatement(line, inputs);
  takeOrdinals(line, inputs);
  takeVersions(line, inputs);
  refuseTwoReadings(line, inputs);
  takeNumberPairs(line, inputs);
  takeSpokenValues(line, inputs);
  takeAmounts(line, inputs);
  takeDurations(line, inputs);
  takeCounts(line, inputs);
  takeExceptions(line, inputs);
  takeListedChoices(line, inputs);
  const manner = takeManner(line, text, target);
  takeValuesByForm(line, inputs);
  if (target.nearestChoice !== undefined) takeChoicesByMeaning(line, inputs, target.nearestChoice);
  takeOrdinaryWords(line, inputs, target.knownWords);
  return {
    values: Object.fromEntries([...line.values].map(([name, { value }]) => [name, value])),
    origins: inputs.map((spec) => originOf(line, spec)),
    unread: open.isCut ? ["…"] : unreadOf(line, target, { text, manner }),
    leftover: leftoverOf(line),
  };
}

function beginLine({ text, today, typed, joined }: OpenLine, target: ParameterTarget): LineValues {
  const { inputs, idWords } = target;
  const setting = { text, own: ownWords(target), today, tense: tenseOnce(text, target) };
  const raw = asWords(typed, inputs);
  const [start] = placesOf({ words: raw.words, taken: raw.tokens.map(() => false) }, idWords);
  if (start === undefined && raw === typed) return beginLineValues(joined, setting);
  const named = start === undefined ? [] : tokensOfWords(raw, start, idWords.length);
  const isProtected = (at: number): boolean => named.includes(at);
  return beginLineValues(withWords(joinTokens(raw.tokens, { today, isProtected })), setting);
}

function tenseOnce(text: string, target: ParameterTarget): LineValues["tense"] {
  let known: { tense: DayTense | undefined } | undefined;
  return () => {
    known ??= { tense: tenseOfRequest(text, target) };
    return known.tense;
  };
}

function asWords(typed: TokensAndWords, inputs: readonly InputSpec[]): TokensAndWords {
  const tokens = typed.tokens.map((token) => asWord(token, inputs));
  return tokens.every((token, at) => token === typed.tokens[at]) ? typed : withWords(tokens);
}

/** "page Sam: …" names no input: who or what stands before the colon is a word like any other. */
function asWord(token: LineToken, inputs: readonly InputSpec[]): LineToken {
  const { kind, name, text } = token;
  if (kind !== "assignment" || name === undefined || text !== "") return token;
  const isInput = inputs.some((spec) => sameName(spec.name, name));
  return isInput ? token : { ...token, kind: "word", text: name, name: undefined, isClosed: true };
}

/** The item's own name, where it stands, gives no value and names no input. */
function setItemAside(line: LineValues, idWords: readonly string[]): void {
  const [start] = placesOf(line, idWords);
  if (start === undefined) return;
  for (const token of tokensOfWords(line, start, idWords.length)) line.taken[token] = true;
}

function originOf(line: LineValues, spec: InputSpec): ParameterOrigin {
  const { name } = spec;
  const given = line.values.get(name);
  if (given !== undefined) {
    return { name, origin: given.origin, confidence: confidenceOfReading(given.by) };
  }
  const hasDefault = spec.default !== undefined && spec.default !== null;
  return { name, origin: spec.required && !hasDefault ? "missing" : "default" };
}

function unreadOf(
  line: LineValues,
  target: ParameterTarget,
  { text, manner }: { text: string; manner: readonly string[] },
): string[] {
  const unread = [...manner, ...line.refused, ...unreadReservation(line, text)];
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
  const isTaken = line.tokens.some(
    ({ start }, at) => start >= reserved.at && line.taken[at] === true,
  );
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

function writtenAs({ name, text, said }: LineToken): string {
  if (name === undefined) return said ?? text;
  return text === "" ? name : `${name}=${text}`;
}

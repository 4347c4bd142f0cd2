import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { takesDays } from "./dated-input.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { oncePerInput } from "./once-per-input.ts";
import { valueKindOf } from "./value-kind.ts";

/** Inputs that take a sentence, by the last word of their name. */
const TAKES_A_SENTENCE =
  /^(?:text|message|title|reason|note|body|comment|symptom|problem|issue|question|request|decision|summary|sentence|subject)$/;
/** And by what is said of them. */
const SAID_TO_BE_ONE =
  /^(?:what|why|the (?:text|words|wording|message))\b|\bin (?:words|a sentence)\b/iu;
const TAKES_A_REASON = /^(?:reason|cause|why|because|excuse|justification)$/;
const TOKENS_BEFORE_THAT = 3;
const SAYS =
  /^(?:announce|say|tell|note|mention|write|log|report|post|know|notify|inform|remember)$/i;
const ENTRY_END = /\s*[,;]\s*(?:and\s+)?|\s+and\s+/u;
const COURTESY =
  /(?:(?:^|[\s,;.!]+)(?:please|pls|thanks?(?: you)?(?: a lot| so much| in advance)?|many thanks|thx|cheers))+[.!]*$/iu;

/** "page Sam: the disk is full", "leave a note that …", "because …": all of the rest is what is to be said. */
export function takeStatement(line: LineValues, inputs: readonly InputSpec[]): void {
  const [spec, ...more] = inputs.filter((each) => isOpen(line, each) && takesSentence(each));
  if (spec === undefined || more.length > 0) return;
  const begins = beginOf(line, inputs, spec);
  if (begins === undefined) return;
  const ends = endOf(line, inputs, begins.text);
  const from = line.tokens.flatMap(({ start }, at) =>
    start >= begins.marker && start < ends ? [at] : [],
  );
  const isFree = from.length > 0 && from.every((at) => line.taken[at] === false);
  const said = line.text
    .slice(begins.text, ends)
    .trim()
    .replace(COURTESY, "")
    .replace(/[.,;]$/u, "");
  const text = /^(["'`“‘«])(.*)["'`”’»]$/u.exec(said)?.[2] ?? said;
  // "Ada: 400 euros" says no sentence.
  if (!isFree || text === "" || valueKindOf(text.split(/\s/u)[0] ?? "") === "quantity") return;
  if (spec.type === "array" && line.text[begins.text - 1] !== ":") return;
  const value = spec.type === "array" ? text.split(ENTRY_END) : text;
  give(line, spec, { value, origin: "inferred", by: "statement", from });
}

/** Whether an input is for words of its own, and not for a name or a choice. */
export const takesSentence = oncePerInput(({ name, type, required, description = "" }) => {
  if (type === "array") return required;
  if (type !== "string") return false;
  return (
    TAKES_A_SENTENCE.test(splitIdentifier(name).at(-1) ?? "") || SAID_TO_BE_ONE.test(description)
  );
});

/** Where the word stands that begins it, and where what is said does. */
interface Beginning {
  marker: number;
  text: number;
}

/** Behind the first colon that gives no input its value, behind "that" or "saying", or a reason behind "because". */
function beginOf(
  line: LineValues,
  inputs: readonly InputSpec[],
  { name: wanted }: InputSpec,
): Beginning | undefined {
  const takesReason = splitIdentifier(wanted).some((word) => TAKES_A_REASON.test(word));
  for (const [at, { name, text, kind, start, end }] of line.tokens.entries()) {
    const isOfInput =
      name !== undefined && inputs.some((spec) => spec.name === name && name !== wanted);
    const isColon = line.text[end - 1] === ":" && (kind === "word" || text === "");
    if (isColon && !isOfInput) return { marker: name === wanted ? start : end, text: end };
    const before = line.tokens[at - 1]?.text ?? "";
    const isThat = /^that$/i.test(text) && (at >= TOKENS_BEFORE_THAT || SAYS.test(before));
    const isSaying = at > 0 && /^saying$/i.test(text);
    const isBecause = takesReason && at > 0 && /^because$/i.test(text);
    if (isThat || isSaying || isBecause) return { marker: start, text: start + text.length };
    if (kind === "quoted") return undefined;
  }
  return undefined;
}

/** A last clause that gives another input its day is none of it: "…: the rudder is bent, it was on 9 December". */
function endOf(line: LineValues, inputs: readonly InputSpec[], begins: number): number {
  const whole = line.text.length;
  if (!inputs.some((spec) => isOpen(line, spec) && takesDays(spec))) return whole;
  const day = line.tokens.findLastIndex(({ text }) => valueKindOf(text) === "date");
  const comma = line.tokens.slice(0, Math.max(0, day)).findLastIndex(({ isClosed }) => isClosed);
  const clause = line.tokens[comma + 1];
  const isLast = !line.tokens.slice(day, -1).some(({ isClosed }) => isClosed);
  return day !== -1 && comma !== -1 && isLast && clause !== undefined && clause.start > begins
    ? clause.start
    : whole;
}

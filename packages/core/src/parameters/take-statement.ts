import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";

/** Inputs that take a sentence. */
const TAKES_A_SENTENCE =
  /^(?:text|message|title|reason|note|body|comment|symptom|problem|issue|question|request|decision|summary|sentence|subject)$/;
const TOKENS_BEFORE_THAT = 3;
const ENTRY_END = /\s*[,;]\s*(?:and\s+)?|\s+and\s+/u;

/** "page Sam: the disk is full", "leave a note that …": all of the rest is what is to be said. */
export function takeStatement(line: LineValues, inputs: readonly InputSpec[]): void {
  const [spec, ...more] = inputs.filter((each) => isOpen(line, each) && takesSentence(each));
  if (spec === undefined || more.length > 0) return;
  const begins = beginOf(line, inputs);
  if (begins === undefined) return;
  const from = line.tokens.flatMap(({ start }, at) => (start >= begins ? [at] : []));
  const isFree = from.length > 0 && from.every((at) => line.taken[at] === false);
  const said = line.text.slice(begins).trim().replace(/\.$/u, "");
  const text = /^(["'`“‘«])(.*)["'`”’»]$/u.exec(said)?.[2] ?? said;
  if (!isFree || text === "" || (spec.type === "array" && line.text[begins - 1] !== ":")) return;
  const value = spec.type === "array" ? text.split(ENTRY_END) : text;
  give(line, spec, { value, origin: "inferred", by: "statement", from });
}

function takesSentence({ name, type, required }: InputSpec): boolean {
  if (type === "array") return required;
  return type === "string" && TAKES_A_SENTENCE.test(splitIdentifier(name).at(-1) ?? "");
}

/** Behind the first colon that gives no input its value, or behind "that". */
function beginOf(line: LineValues, inputs: readonly InputSpec[]): number | undefined {
  for (const [at, { name, text, kind, start, end }] of line.tokens.entries()) {
    const isOfInput = name !== undefined && inputs.some((spec) => spec.name === name);
    const isColon = line.text[end - 1] === ":" && (kind === "word" || text === "");
    if (isColon && !isOfInput) return end;
    const isThat = at >= TOKENS_BEFORE_THAT && /^(?:that|saying)$/i.test(text);
    if (isThat) return start + text.length;
    if (kind === "quoted") return undefined;
  }
  return undefined;
}

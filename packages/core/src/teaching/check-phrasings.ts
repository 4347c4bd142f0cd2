import {
  type ItemSummary,
  PHRASING_CHARACTERS_MAX,
  PHRASINGS_PER_ITEM,
  type PhrasingFault,
} from "@lilux/protocol";
import { foldText } from "../text/index.ts";
import { isOfScripts, scriptsOf } from "./scripts-of.ts";

export interface CheckedPhrasings {
  lines: string[];
  dropped: DroppedPhrasing[];
}

export interface DroppedPhrasing {
  line: string;
  fault: PhrasingFault;
}

type PhrasedItem = Pick<ItemSummary, "name" | "description" | "examples" | "when_to_use">;

const CHARACTERS_MIN = 3;
const WORDS_MAX = 24;
/** What is told of a line that was left out. */
const SHOWN_CHARACTERS_MAX = 160;
/** Models answer with more than they were asked for; so many are looked at. */
const LOOKED_AT_MAX = 48;

/**
 * Of what a model wrote for an item, the lines that a person may type for it: short, in the script of
 * the item's own text, without values of people and places to fill in, each once and none that its
 * author wrote. What they mean is not judged here.
 */
export function checkPhrasings(written: readonly string[], item: PhrasedItem): CheckedPhrasings {
  const scripts = scriptsOf(`${item.name} ${item.description}`);
  const known = new Set([...(item.examples ?? []), item.when_to_use ?? ""].map(foldedOf));
  const lines: string[] = [];
  const dropped: DroppedPhrasing[] = [];
  for (const raw of written.slice(0, LOOKED_AT_MAX)) {
    const line = tidied(raw);
    const fault = formFault(line) ?? (isOfScripts(line, scripts) ? undefined : "language");
    const isRepeated = known.has(foldedOf(line));
    if (fault !== undefined || isRepeated) {
      dropped.push({ line: shown(line), fault: fault ?? "repeated" });
      continue;
    }
    known.add(foldedOf(line));
    if (lines.length < PHRASINGS_PER_ITEM) lines.push(line);
  }
  return { lines, dropped };
}

/** Without what models put around a line of a list. */
function tidied(raw: string): string {
  return raw
    .trim()
    .replace(/^(?:[-*•]|\d{1,2}[.)])\s+/u, "")
    .replace(/^["'“”‘’`]+|["'“”‘’`]+$/gu, "")
    .trim();
}

function formFault(line: string): PhrasingFault | undefined {
  // Line ends, and what shows a text as another one than it is.
  if (/[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/u.test(line)) return "form";
  if (line.length < CHARACTERS_MIN || line.length > PHRASING_CHARACTERS_MAX) return "length";
  if (line.split(/\s+/u).length > WORDS_MAX || !/\p{L}/u.test(line)) return "length";
  if (isPlaceholder(line)) return "placeholder";
  return isPersonal(line) ? "personal" : undefined;
}

/** `<city>`, `{branch}`, `[name]`, `$FILE`, `XXX`, `___`: a place to fill in, which nobody types. */
function isPlaceholder(line: string): boolean {
  return /[<>{}[\]]|\$[A-Z_]|\bX{3,}\b|_{3,}/u.test(line);
}

/** E-mail, a number of many digits, an address, or what looks like a key: somebody's own, wherever from. */
function isPersonal(line: string): boolean {
  if (/\S@\S/u.test(line) || /:\/\//u.test(line)) return true;
  // Also in groups, as those of telephones, cards and accounts are written.
  if (/\d(?:[\s().+/:-]?\d){6,}/u.test(line)) return true;
  return line.split(/\s+/u).some((word) => {
    return /^[\w+/=.~-]{16,}$/u.test(word) && /\d/u.test(word) && /[a-z]/iu.test(word);
  });
}

function foldedOf(line: string): string {
  return foldText(line)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function shown(line: string): string {
  return line.length <= SHOWN_CHARACTERS_MAX ? line : `${line.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}

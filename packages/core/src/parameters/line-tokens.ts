import type { SpokenDay } from "./spoken-dates.ts";

/** What a token of a typed line looks like, before any input is known. */
export type TokenKind = "word" | "quoted" | "flag" | "assignment" | "structure";

/** One part of a line; `text` keeps every digit and letter as typed. */
export interface LineToken {
  kind: TokenKind;
  /** Without the quotes around it, or the punctuation after it. */
  text: string;
  /** The name before `=` or `:` of an assignment or behind `--` of a flag, as typed. */
  name: string | undefined;
  /** A comma or semicolon, or the end of a sentence, follows. */
  isClosed: boolean;
  /** Where it stands in the line; `end` is behind its last character. */
  start: number;
  end: number;
  /** As typed, where `text` was worked out from it: "two weeks ago" of a date. */
  said?: string;
  /** Of a day or month whose year or week is not said: the last that was and the next that comes. */
  days?: SpokenDay;
}

const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "“": "”",
  "‘": "’",
  "«": "»",
};
const BRACKETS: Readonly<Record<string, string>> = { "[": "]", "{": "}" };
/** A name that a value is given to: `--dry-run`, `--seconds=2`, `seconds=2`, `seconds: 2`. */
const FLAG = /^--?([\p{L}][\p{L}\p{N}_-]*)(?:=|$)/u;
const ASSIGNMENT = /^([\p{L}_][\p{L}\p{N}_-]*)(?:=|:(?!\/\/|\\))(?=.)/u;
const NAME_ALONE = /^([\p{L}_][\p{L}\p{N}_-]*)[=:]$/u;
const TRAILING = /[,;:.!?]+$/u;
const TOKENS_MAX = 200;
/** A quote or bracket that ends later than this is taken for a plain character. */
const ENCLOSED_CHARACTERS_MAX = 1_000;

/**
 * The parts of a line that may be values, in order: words, quoted texts, flags,
 * assignments and JSON. A quote that never ends is a word's apostrophe.
 * More than two hundred parts are not looked at.
 */
export function readLineTokens(line: string): LineToken[] {
  const tokens: LineToken[] = [];
  let at = 0;
  while (at < line.length && tokens.length < TOKENS_MAX) {
    if (/\s/u.test(line[at] ?? "")) at += 1;
    else {
      const end = endOfPart(line, at);
      tokens.push({ ...tokenOf(line.slice(at, end)), start: at, end });
      at = end;
    }
  }
  return tokens;
}

/** Up to the next white space that is in no quotes and no brackets. */
function endOfPart(line: string, from: number): number {
  let at = from;
  while (at < line.length && !/\s/u.test(line[at] ?? "")) {
    const opensHere = at === from || /[=:]/u.test(line[at - 1] ?? "");
    at = (opensHere ? endOfEnclosed(line, at) : undefined) ?? at + 1;
  }
  return at;
}

function endOfEnclosed(line: string, from: number): number | undefined {
  const opening = line[from] ?? "";
  const bracket = BRACKETS[opening];
  if (bracket !== undefined) return endOfBrackets(line, from, { opening, closing: bracket });
  const closing = QUOTES[opening];
  if (closing === undefined) return undefined;
  const end = line.slice(from + 1, from + ENCLOSED_CHARACTERS_MAX).indexOf(closing);
  return end === -1 ? undefined : from + end + 2;
}

function endOfBrackets(
  line: string,
  from: number,
  { opening, closing }: { opening: string; closing: string },
): number | undefined {
  let depth = 0;
  const last = Math.min(line.length, from + ENCLOSED_CHARACTERS_MAX);
  for (let at = from; at < last; at += 1) {
    if (line[at] === opening) depth += 1;
    if (line[at] === closing) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function tokenOf(part: string): Omit<LineToken, "start" | "end"> {
  const closed = part.replace(TRAILING, "");
  const isClosed = closed !== part && closed !== "";
  const flag = FLAG.exec(closed);
  if (flag?.[1] !== undefined) {
    const given = closed.slice(flag[0].length);
    return { kind: "flag", text: unquoted(given), name: flag[1], isClosed };
  }
  const alone = NAME_ALONE.exec(part);
  if (alone?.[1] !== undefined) {
    return { kind: "assignment", text: "", name: alone[1], isClosed: false };
  }
  const assigned = ASSIGNMENT.exec(closed);
  if (assigned?.[1] !== undefined) {
    const given = closed.slice(assigned[0].length);
    return { kind: "assignment", text: unquoted(given), name: assigned[1], isClosed };
  }
  return { kind: kindOf(closed), text: unquoted(closed), name: undefined, isClosed };
}

function kindOf(part: string): TokenKind {
  if (isEnclosed(part, BRACKETS)) return "structure";
  return isEnclosed(part, QUOTES) ? "quoted" : "word";
}

function isEnclosed(part: string, pairs: Readonly<Record<string, string>>): boolean {
  const closing = pairs[part[0] ?? ""];
  return closing !== undefined && part.length > 1 && part.endsWith(closing);
}

function unquoted(part: string): string {
  return isEnclosed(part, QUOTES) ? part.slice(1, -1) : part;
}

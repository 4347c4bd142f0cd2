import { splitIdentifier } from "../text/index.ts";
import { joinTokens } from "./join-tokens.ts";
import { type LineToken, readLineTokens } from "./line-tokens.ts";

/** One word of a line, with the token it is part of: `dry-run` is two words of one token. */
export interface LineWord {
  word: string;
  token: number;
}

export interface TokensAndWords {
  readonly tokens: readonly LineToken[];
  readonly words: readonly LineWord[];
}

/** A line as every item's values are read from it: a dozen items are asked about one line at each key. */
export interface OpenLine {
  /** As typed, up to what is read. */
  readonly text: string;
  /** More was typed than is read. */
  readonly isCut: boolean;
  /** YYYY-MM-DD: what "tomorrow" is counted from. */
  readonly today: string | undefined;
  readonly typed: TokensAndWords;
  /** Values said in several words as one token each, no word of them being an item's name. */
  readonly joined: TokensAndWords;
}

/** A longer line is never held to be read whole. */
const LINE_CHARACTERS_MAX = 4_000;

export function openLine(line: string, today: string | undefined): OpenLine {
  const text = line.slice(0, LINE_CHARACTERS_MAX);
  const typed = withWords(readLineTokens(text));
  const tokens = joinTokens(typed.tokens, { today, isProtected: () => false });
  const isSame = tokens.every((token, at) => token === typed.tokens[at]);
  return {
    text,
    isCut: line.length > LINE_CHARACTERS_MAX,
    today,
    typed,
    joined: isSame ? typed : withWords(tokens),
  };
}

export function withWords(tokens: readonly LineToken[]): TokensAndWords {
  const words = tokens.flatMap(({ kind, text }, token) =>
    kind === "word" || kind === "quoted"
      ? splitIdentifier(text).map((word) => ({ word, token }))
      : [],
  );
  return { tokens, words };
}

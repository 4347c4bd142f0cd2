import { Tokenizer } from "@huggingface/tokenizers";

export interface TokenizedLine {
  /** Token ids with the model's first and last special tokens. */
  ids: number[];
  /** White-space separated words as typed. */
  words: string[];
  /** For each id the place of its word in `words`; -1 for the special tokens. */
  wordOfToken: number[];
  /** Whether each token holds a letter or a digit. */
  saysSomething: boolean[];
}

export interface WordTokenizer {
  /** At most `tokensMax` ids; the last special token is always kept. */
  tokenize(text: string, tokensMax: number): TokenizedLine;
}

/**
 * Splits lines into tokens and remembers the word of each. The tokeniser gives
 * no offsets, but never joins across white space, so that words tokenised one
 * by one give the same ids as the whole line (checked by a test).
 */
export function createWordTokenizer(tokenizerJson: object, config: object): WordTokenizer {
  const tokenizer = new Tokenizer(tokenizerJson, config);
  const [first, last] = tokenizer.encode("").ids;
  if (first === undefined || last === undefined) {
    throw new Error("the tokeniser adds no special tokens to an empty line");
  }
  return {
    tokenize(text, tokensMax) {
      const words = text.split(/\s+/u).filter((word) => word !== "");
      const ids = [first];
      const wordOfToken = [-1];
      const saysSomething = [false];
      for (const [place, word] of words.entries()) {
        if (ids.length >= tokensMax - 1) break;
        const encoded = tokenizer.encode(word, { add_special_tokens: false });
        for (const [at, id] of encoded.ids.entries()) {
          if (ids.length >= tokensMax - 1) break;
          ids.push(id);
          wordOfToken.push(place);
          saysSomething.push(/[\p{L}\p{N}]/u.test(encoded.tokens[at] ?? ""));
        }
      }
      ids.push(last);
      wordOfToken.push(-1);
      saysSomething.push(false);
      return { ids, words, wordOfToken, saysSomething };
    },
  };
}

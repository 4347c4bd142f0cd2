import { numberOfWord } from "./number-words.ts";

const SIZES: Readonly<Record<string, number>> = {
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
};

/**
 * A whole number said in several words: "two hundred and fifty", "three thousand two hundred", "twenty five".
 * Undefined for one word, and for words that are not all of one number.
 */
export function spokenNumber(words: readonly string[]): number | undefined {
  if (words.length < 2) return undefined;
  let [total, group] = [0, 0];
  let before: "none" | "unit" | "tens" | "hundred" | "size" = "none";
  for (const [at, word] of words.entries()) {
    const isOne = at === 0 && word === "a" && /^(?:hundred|thousand|million)$/.test(words[1] ?? "");
    const value = isOne ? 1 : word === "hundred" ? undefined : wholeOf(word);
    const size = Object.hasOwn(SIZES, word) ? SIZES[word] : undefined;
    if (value !== undefined) {
      if (!mayFollow(before, value)) return undefined;
      group += value;
      before = value >= 20 && value % 10 === 0 ? "tens" : "unit";
    } else if (word === "hundred" && before === "unit") {
      group *= 100;
      before = "hundred";
    } else if (size !== undefined && group > 0) {
      total += group * size;
      group = 0;
      before = "size";
    } else if (word !== "and" || !/^(?:hundred|size)$/.test(before) || at === words.length - 1) {
      return undefined;
    }
  }
  return total + group;
}

function wholeOf(word: string): number | undefined {
  return /^\d{1,3}$/.test(word) ? Number(word) : numberOfWord(word);
}

function mayFollow(before: string, value: number): boolean {
  if (before === "none" || before === "size") return value > 0;
  if (before === "hundred") return value > 0 && value < 100;
  return before === "tens" && value > 0 && value < 10;
}

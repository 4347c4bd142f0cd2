import { consonantsOf, isWithin } from "./consonants-of.ts";
import { editsApart } from "./edits-apart.ts";

/** The words of a library, counted, for finding what a misspelt one was meant to be. */
export interface WordBook {
  /** Words of another shape than `isSpellable` are not kept. */
  add(words: Iterable<string>): void;
  /** Takes back one `add` of the same words. */
  remove(words: Iterable<string>): void;
  has(word: string): boolean;
  /** Whether some word begins so. */
  begins(prefix: string): boolean;
  /** The word that it was most likely meant to be, misspelt or without its vowels; undefined when none is near. */
  nearest(word: string): string | undefined;
}

const SPELLABLE_LENGTH_MIN = 4;
const SPELLABLE_LENGTH_MAX = 24;
/** From so many letters on, two of them may be wrong. */
const TWO_WRONG_FROM = 8;
/**
 * One wrong letter makes at most two differ, of all that both words have. Two that make more are
 * another word: "reusable" and "reliable".
 */
const LETTERS_APART_MAX = 2;
/** Fewer consonants are those of too many words. */
const CONSONANTS_MIN = 3;
/** One letter less is a slip; a word that is written short leaves out more. */
const LEFT_OUT_MIN = 2;
/** Asked for again with every key that follows: what was found is kept. */
const FOUND_MAX = 2_048;
const CODE_OF_A = 97;

/** Plain lower-case letters, enough of them that one wrong one does not make another word. */
export function isSpellable(word: string): boolean {
  const { length } = word;
  return length >= SPELLABLE_LENGTH_MIN && length <= SPELLABLE_LENGTH_MAX && /^[a-z]+$/.test(word);
}

/** Words of one length and first letter, each with the set of its letters: most are passed over by that alone. */
interface Shelf {
  words: string[];
  letters: number[];
  places: Map<string, number>;
}

export function createWordBook(): WordBook {
  const counts = new Map<string, number>();
  const shelves = new Map<string, Shelf>();
  const byConsonants = new Map<string, Set<string>>();
  const found = new Map<string, string | undefined>();

  function shelve(word: string): void {
    const empty: Shelf = { words: [], letters: [], places: new Map() };
    const name = shelfName(word[0], word.length);
    const shelf = shelves.get(name) ?? empty;
    shelves.set(name, shelf);
    shelf.places.set(word, shelf.words.length);
    shelf.words.push(word);
    shelf.letters.push(lettersOf(word));
    const consonants = consonantsOf(word);
    byConsonants.set(consonants, (byConsonants.get(consonants) ?? new Set()).add(word));
  }

  function unshelve(word: string): void {
    const consonants = consonantsOf(word);
    byConsonants.get(consonants)?.delete(word);
    if (byConsonants.get(consonants)?.size === 0) byConsonants.delete(consonants);
    const shelf = shelves.get(shelfName(word[0], word.length));
    const place = shelf?.places.get(word);
    const last = shelf?.words.pop();
    const letters = shelf?.letters.pop();
    if (shelf === undefined || place === undefined || last === undefined) return;
    shelf.places.delete(word);
    if (last === word) return;
    shelf.words[place] = last;
    shelf.letters[place] = letters ?? 0;
    shelf.places.set(last, place);
  }

  function search(word: string): string | undefined {
    const most = word.length >= TWO_WRONG_FROM ? 2 : 1;
    const letters = lettersOf(word);
    let best: Guess | undefined;
    for (const { words, letters: sets } of nearShelves(word, most)) {
      for (const [place, others] of sets.entries()) {
        if (bitsOf(letters ^ others) > LETTERS_APART_MAX) continue;
        const other = words[place] ?? "";
        const edits = editsApart(word, other, best?.edits ?? most);
        if (edits === undefined || !isLikelySlip(word, other)) continue;
        const guess = { word: other, edits, count: counts.get(other) ?? 0 };
        if (best === undefined || isLikelier(guess, best)) best = guess;
      }
    }
    return best?.word;
  }

  /** The word it is written short for; undefined when it is that for none, or for several. */
  function writtenOut(word: string): string | undefined {
    const consonants = consonantsOf(word);
    if (consonants.length < CONSONANTS_MIN) return undefined;
    const [whole, ...others] = [...(byConsonants.get(consonants) ?? [])].filter(
      (other) => other.length >= word.length + LEFT_OUT_MIN && isWithin(word, other),
    );
    return others.length === 0 ? whole : undefined;
  }

  /** Those of nearly its length that begin as it does, or would with its first two letters swapped. */
  function nearShelves(word: string, most: number): Shelf[] {
    const near: Shelf[] = [];
    for (const first of new Set(word.slice(0, 2))) {
      for (let length = word.length - most; length <= word.length + most; length += 1) {
        const shelf = shelves.get(shelfName(first, length));
        if (shelf !== undefined) near.push(shelf);
      }
    }
    return near;
  }

  return {
    add(words) {
      for (const word of words) {
        if (!isSpellable(word)) continue;
        const count = counts.get(word) ?? 0;
        counts.set(word, count + 1);
        if (count === 0) shelve(word);
      }
      found.clear();
    },
    remove(words) {
      for (const word of words) {
        const count = counts.get(word);
        if (count === undefined) continue;
        if (count > 1) counts.set(word, count - 1);
        else {
          counts.delete(word);
          unshelve(word);
        }
      }
      found.clear();
    },
    has: (word) => counts.has(word),
    begins(prefix) {
      for (let { length } = prefix; length <= SPELLABLE_LENGTH_MAX; length += 1) {
        const shelf = shelves.get(shelfName(prefix[0], length));
        if (shelf?.words.some((word) => word.startsWith(prefix)) === true) return true;
      }
      return false;
    },
    nearest(word) {
      if (!isSpellable(word)) return undefined;
      if (found.has(word)) return found.get(word);
      const nearest = search(word) ?? writtenOut(word);
      if (found.size >= FOUND_MAX) found.clear();
      found.set(word, nearest);
      return nearest;
    },
  };
}

function shelfName(first: string | undefined, length: number): string {
  return `${first ?? ""}${length}`;
}

interface Guess {
  word: string;
  edits: number;
  count: number;
}

/**
 * A slip leaves the first letter, or swaps it with the second. Of four letters one more or another
 * one is too much: "cert" is no "cent", but "opne" is "open" and "ordr" is "order".
 */
function isLikelySlip(word: string, other: string): boolean {
  const isSwapped = word[0] === other[1] && word[1] === other[0];
  if (word[0] !== other[0] && !isSwapped) return false;
  if (word.length > SPELLABLE_LENGTH_MIN) return true;
  const isAnagram = [...word].sort().join("") === [...other].sort().join("");
  return other.length > word.length || isAnagram;
}

/** Fewer wrong letters, then the commoner word; at last by the alphabet. */
function isLikelier(guess: Guess, best: Guess): boolean {
  if (guess.edits !== best.edits) return guess.edits < best.edits;
  if (guess.count !== best.count) return guess.count > best.count;
  return guess.word < best.word;
}

/** A bit for each letter that is in the word. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) {
    letters |= 1 << (word.charCodeAt(at) - CODE_OF_A);
  }
  return letters;
}

function bitsOf(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

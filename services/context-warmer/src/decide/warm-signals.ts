import { STOP_WORDS, splitIdentifier, stemWord } from "@lilux/core/text";
import { ACTION_VERBS } from "./action-verbs.ts";
import type { LibrarySignals } from "./library-signals.ts";

/** How many turns are looked at. */
export const WARM_TURNS = 5;
/** Above this confidence the warmer discovers. */
export const WARM_ABOVE = 0.7;

/** What a conversation's last turns say about the work that is coming. */
export interface WarmSignals {
  /** Stems, newest turn first. */
  keywords: string[];
  actionVerbs: string[];
  /** The library's domain that is talked about, if one is plain. */
  domain: string | null;
  /** 0 to 1. The starting point of the product's design, and not a probability. */
  confidence: number;
}

const KEYWORD_WEIGHT = 0.2;
const VERB_WEIGHT = 0.3;
const DOMAIN_WEIGHT = 0.3;
/** What is said counts less the longer ago it was. */
const TURN_DECAY = 0.5;
const DOMAIN_SCORE_MIN = 1;
/** How much plainer a domain must be than the next. */
const DOMAIN_LEAD = 1.25;
const WORDS_PER_TURN_MAX = 200;
const KEYWORD_CHARACTERS_MIN = 3;

const VERB_STEMS: ReadonlySet<string> = new Set(ACTION_VERBS.map(stemWord));

/**
 * Reads the last five turns, oldest first: 0.2 for each keyword, 0.3 for each
 * action verb, 0.3 for a recognised domain, at most 1. Each word counts once,
 * as a verb or as a keyword. With a library, only its own words are keywords:
 * others cannot find anything in it.
 */
export function readWarmSignals(
  turns: readonly string[],
  library: LibrarySignals | undefined,
): WarmSignals {
  const recent = turns.slice(-WARM_TURNS).reverse().map(contentStems);
  const stems = new Set(recent.flat());
  const actionVerbs = [...stems].filter((stem) => VERB_STEMS.has(stem));
  const keywords = [...stems].filter((stem) => !VERB_STEMS.has(stem) && isKeyword(stem, library));
  const domain = library === undefined ? null : recogniseDomain(recent, library);
  const sum =
    KEYWORD_WEIGHT * keywords.length +
    VERB_WEIGHT * actionVerbs.length +
    (domain === null ? 0 : DOMAIN_WEIGHT);
  // Sums of tenths are rounded, so that 0.7 is never a hair above 0.7.
  return { keywords, actionVerbs, domain, confidence: Math.min(1, Math.round(sum * 100) / 100) };
}

function contentStems(text: string): string[] {
  return splitIdentifier(text)
    .slice(0, WORDS_PER_TURN_MAX)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stemWord);
}

function isKeyword(stem: string, library: LibrarySignals | undefined): boolean {
  if (library !== undefined) return library.knows(stem);
  return stem.length >= KEYWORD_CHARACTERS_MIN && /\p{L}/u.test(stem);
}

/** Turns newest first. */
function recogniseDomain(
  turns: readonly (readonly string[])[],
  library: LibrarySignals,
): string | null {
  const scores = new Map<string, number>();
  for (const [age, stems] of turns.entries()) {
    for (const stem of new Set(stems)) {
      for (const [domain, weight] of library.domainsOf(stem)) {
        scores.set(domain, (scores.get(domain) ?? 0) + weight * TURN_DECAY ** age);
      }
    }
  }
  const [first, second] = [...scores].sort(([, a], [, b]) => b - a);
  if (first === undefined || first[1] < DOMAIN_SCORE_MIN) return null;
  return first[1] >= (second?.[1] ?? 0) * DOMAIN_LEAD ? first[0] : null;
}

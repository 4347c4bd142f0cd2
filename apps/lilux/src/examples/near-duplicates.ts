import type { Example } from "@lilux/protocol";
import { normalised } from "./score-checks.ts";

const GRAM = 5;
const ALIKE = 0.7;
/** No more than this share of a category's answers may begin with the same words. */
const OPENING_WORDS = 3;
const OPENING_SHARE = 0.05;
const OPENINGS_MIN = 5;

/** Examples too like an earlier one, and openings that are used too often. */
export function nearDuplicates(examples: readonly Example[]): { id: string; problem: string }[] {
  const found: { id: string; problem: string }[] = [];
  const ids = new Set<string>();
  const grams = examples.map(({ turn, response }) => gramsOf(`${turn.text} ${response}`));
  for (const [at, { id }] of examples.entries()) {
    if (ids.has(id)) found.push({ id, problem: "its id is used twice" });
    ids.add(id);
    const earlier = grams.findIndex(
      (other, place) => place < at && jaccard(other, grams[at] ?? new Set()) >= ALIKE,
    );
    if (earlier >= 0)
      found.push({ id, problem: `it is nearly the same as ${examples[earlier]?.id}` });
  }
  for (const ofCategory of Map.groupBy(examples, ({ category }) => category).values()) {
    const openings = Map.groupBy(ofCategory, openingOf);
    const most = Math.max(OPENINGS_MIN, Math.ceil(ofCategory.length * OPENING_SHARE));
    for (const [opening, those] of openings) {
      const [extra] = those.slice(most);
      if (extra === undefined || opening === "") continue;
      found.push({ id: extra.id, problem: `${those.length} answers begin with "${opening}"` });
    }
  }
  return found;
}

function openingOf({ steps, response }: Example): string {
  if (steps.some(({ cut }) => cut === true)) return "";
  return normalised(response).split(" ").slice(0, OPENING_WORDS).join(" ");
}

function gramsOf(text: string): Set<string> {
  const words = normalised(text)
    .split(/[^\p{L}\p{N}_]+/u)
    .filter((word) => word !== "");
  if (words.length < GRAM) return new Set([words.join(" ")]);
  return new Set(words.slice(GRAM - 1).map((_, at) => words.slice(at, at + GRAM).join(" ")));
}

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0;
  for (const gram of one) if (other.has(gram)) both += 1;
  return both / Math.max(1, one.size + other.size - both);
}

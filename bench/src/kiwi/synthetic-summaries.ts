import type { ItemSummary, ItemType } from "@lilux/protocol";
import { OBJECTS, PLACES, VERBS } from "../library/vocabulary.ts";

const KINDS = "weekly nightly bulk draft legacy signed regional internal quick strict".split(" ");
const SYLLABLES = "ba ce di fo gu ha ji ko lu me na pi qua ro su ta vi wo xe yo zu bra cle".split(
  " ",
);
const TYPES: readonly ItemType[] = ["directive", "script", "knowledge"];

/**
 * At most 100,000 items, the same every time. It is a hard library: a tenth of
 * all items share each verb, all of them the words of grammar, and each has a
 * project's name of its own, so that the vocabulary grows with the library.
 */
export function syntheticSummaries(count: number): ItemSummary[] {
  return Array.from({ length: count }, (_, at) => summaryOf(at));
}

function summaryOf(at: number): ItemSummary {
  const [verb, head, tail] = VERBS[at % VERBS.length] ?? VERBS[0];
  const object = OBJECTS[Math.floor(at / 10) % OBJECTS.length] ?? "";
  const place = PLACES[Math.floor(at / 250) % PLACES.length] ?? "";
  const kind = KINDS[Math.floor(at / 10_000) % KINDS.length] ?? "";
  const id = `${verb}_${place}_${object}_${kind}`;
  return {
    item_type: TYPES[at % TYPES.length] ?? "directive",
    item_id: id,
    qualified_id: `${place}/${id}`,
    name: id,
    description: `${head} the ${kind} ${object} of the ${place} ${tail}, for project ${projectOf(at)}.`,
    category: place,
    source: "project",
    version: "1.0.0",
    tags: [place, object],
    inputs: [{ name: "path", type: "string", required: false }],
    effect: "write",
    content_hash: String(at),
  };
}

function projectOf(at: number): string {
  let rest = Math.imul(at + 1, 2_654_435_761) >>> 0;
  let name = "";
  for (let part = 0; part < 4; part += 1) {
    name += SYLLABLES[rest % SYLLABLES.length] ?? "";
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return name;
}

import type { ItemSummary } from "@lilux/protocol";

const VERBS = (
  "deploy send build fetch parse convert sync archive rotate validate enrich export import merge " +
  "split schedule notify audit rename compress"
).split(" ");
const THINGS = (
  "email invoice customer database report image log cluster secret backup calendar contact ticket " +
  "branch release pipeline metric alert payment order"
).split(" ");
const PLACES = (
  "staging production daily weekly csv json slack github stripe aws gcp postgres redis legacy " +
  "monthly nightly bulk single draft signed v2 eu us internal public"
).split(" ");
const TYPES = ["directive", "script", "knowledge"] as const;

/** At most 10,000 items that share many words, the same every time. */
export function syntheticItems(count: number): ItemSummary[] {
  const items: ItemSummary[] = [];
  for (let at = 0; at < count; at += 1) {
    const verb = VERBS[at % VERBS.length] ?? "";
    const thing = THINGS[Math.floor(at / VERBS.length) % THINGS.length] ?? "";
    const place = PLACES[Math.floor(at / (VERBS.length * THINGS.length)) % PLACES.length] ?? "";
    const id = `${verb}_${thing}_${place}`;
    items.push({
      item_type: TYPES[at % TYPES.length] ?? "directive",
      item_id: id,
      qualified_id: `${thing}/${id}`,
      name: id,
      description: `${verb} the ${thing} for ${place} and check the result`,
      category: thing,
      source: "project",
      version: "1.0.0",
      tags: [thing, place],
      inputs: [],
      effect: "write",
      content_hash: "",
    });
  }
  return items;
}

import {
  type BrokenItem,
  type ItemSource,
  type ItemSummary,
  type ItemType,
  LiluxError,
} from "@lilux/protocol";
import { catalogueKey } from "./item-key.ts";
import { nearestIds } from "./nearest-ids.ts";
import { SOURCES } from "./winning-items.ts";

/** What an id is looked up in. `items` of every source, project before user. */
export interface Catalogue {
  items: readonly ItemSummary[];
  broken: readonly BrokenItem[];
  byId: ReadonlyMap<string, readonly ItemSummary[]>;
}

export interface Wanted {
  item_type: ItemType;
  item_id: string;
  /** Only there; without it, the first source that has it. */
  source?: ItemSource | undefined;
}

/**
 * The one item an id names, by these rules and no others: a qualified id in
 * full, else a bare id that one item of the first source has. Never a part of
 * an id. Throws `item_ambiguous` with the candidates, `item_broken` with what
 * is wrong in which line, `item_not_found` with the nearest ids.
 */
export function resolveItem(catalogue: Catalogue, given: Wanted): ItemSummary {
  assertItemId(given.item_id);
  const wanted = { ...given, item_id: given.item_id.normalize() };
  const matches = catalogue.byId.get(catalogueKey(wanted.item_type, wanted.item_id)) ?? [];
  for (const source of SOURCES) {
    if (wanted.source !== undefined && source !== wanted.source) continue;
    const here = matches.filter((item) => item.source === source);
    const [whole, twin] = here.filter((item) => item.qualified_id === wanted.item_id);
    const [only] = here;
    if (twin !== undefined) throw namedTwice(wanted);
    if (whole !== undefined) return whole;
    if (here.length > 1) throw ambiguous(wanted, here);
    if (only !== undefined) return only;
  }
  const broken = catalogue.broken.find((item) => isBrokenFileOf(item, wanted));
  throw broken === undefined ? notFound(catalogue, wanted, matches) : itemBroken(wanted, broken);
}

/** Ids are looked up, never joined to paths; still, what looks like a path is refused by name. */
export function assertItemId(id: string): void {
  const segments = id.split("/");
  const isPath =
    id.includes("\\") ||
    id.includes("\0") ||
    segments.some((part) => part === "" || part === ".." || part === ".");
  if (!isPath) return;
  throw new LiluxError("invalid_request", {
    message:
      "item_id must be an id such as email/outreach/validate, not a path. Use an id that search lists.",
    details: { field: "item_id" },
  });
}

export function itemBroken(wanted: Wanted, broken: BrokenItem): LiluxError {
  const { path, line, column, cause, fix } = broken;
  return new LiluxError("item_broken", {
    message: `The ${wanted.item_type} ${wanted.item_id} cannot be read: ${path}:${line}:${column}: ${cause}. ${fix}`,
    details: { ...broken },
  });
}

function isBrokenFileOf(broken: BrokenItem, { item_type, item_id, source }: Wanted): boolean {
  if (broken.item_type !== item_type) return false;
  if (source !== undefined && broken.source !== source) return false;
  const withoutExtension = broken.path.replace(/\.[^./]+$/, "").normalize();
  return withoutExtension.endsWith(`/${item_id}`);
}

function ambiguous(wanted: Wanted, items: readonly ItemSummary[]): LiluxError {
  const candidates = items.map((item) => item.qualified_id).sort();
  return new LiluxError("item_ambiguous", {
    message: `Several ${wanted.item_type} items have the id ${wanted.item_id}: ${candidates.join(", ")}. Use one of these as item_id.`,
    details: { field: "item_id", candidates },
  });
}

/** One name to people, and two to the disk. */
function namedTwice({ item_type, item_id }: Wanted): LiluxError {
  return new LiluxError("item_ambiguous", {
    message: `Two ${item_type} files are named ${item_id}, written in two forms of Unicode. Rename or remove one of them.`,
    details: { field: "item_id", candidates: [item_id] },
  });
}

function notFound(
  catalogue: Catalogue,
  wanted: Wanted,
  elsewhere: readonly ItemSummary[],
): LiluxError {
  const [other] = elsewhere;
  if (other !== undefined) {
    return new LiluxError("item_not_found", {
      message: `The ${wanted.item_type} ${wanted.item_id} is not in ${wanted.source ?? "any source"}; it is in ${other.source}. Load it with source "${other.source}".`,
      details: { field: "source", source: other.source, suggestions: [other.qualified_id] },
    });
  }
  const suggestions = nearestIds(catalogue.items, wanted);
  const advice =
    suggestions.length === 0
      ? `Search for it: search(${wanted.item_type}, "…").`
      : `Did you mean ${suggestions.join(", ")}?`;
  return new LiluxError("item_not_found", {
    message: `There is no ${wanted.item_type} ${wanted.item_id}. ${advice}`,
    details: { field: "item_id", suggestions },
  });
}

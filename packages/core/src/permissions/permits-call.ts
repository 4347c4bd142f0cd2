import type { Call, Grant, ItemType } from "@lilux/protocol";
import { idOf, isLibraryGrant, itemGrantsOf, resourceOf, saysMore } from "./item-grants.ts";
import { matchesGlob } from "./matches-glob.ts";

interface PermissionQuestion {
  /** What the directive on whose behalf the call is made may do. */
  grants: readonly Grant[];
  call: Call;
  /** The resolved item, for loads and executes: patterns are matched on both its ids. */
  item?: { item_id: string; qualified_id: string } | undefined;
}

type PermissionAnswer =
  | { permitted: true }
  | {
      permitted: false;
      /** The least grant that would permit it. */
      needed: Grant;
      /** A `deny` forbids it, so that no further grant helps. */
      denied: boolean;
    };

/**
 * Whether a directive's grants permit a call. Nothing is permitted that no grant
 * names, and what any `deny` names is denied.
 *
 * The verb of a grant is `search`, `load` or `execute`; `read` covers loading
 * and searching, and running knowledge, which only reads it; whoever may
 * execute an item may load it, and whoever may load one may search its type.
 * A load that copies the item somewhere writes, which `read` does not cover.
 * The resource is an item type (`tool` means script), `*`, or none for every
 * type; ids are globs over the bare or the qualified id. Actions other than
 * `run` are permitted only by name. Grants on files, shells and networks
 * permit no calls.
 */
export function permitsCall({ grants, call, item }: PermissionQuestion): PermissionAnswer {
  const wanted = wantedOf(call, item);
  const denied = grants.some((grant) => grant.verb === "deny" && denies(grant, wanted));
  if (!denied && grants.some((grant) => grant.verb !== "deny" && allows(grant, wanted))) {
    return { permitted: true };
  }
  return { permitted: false, needed: neededFor(wanted), denied };
}

interface WantedCall {
  primitive: Call["name"];
  item_type: ItemType;
  ids: string[];
  action: string;
  /** A load that writes the item to a destination. */
  copies: boolean;
}

function wantedOf(call: Call, item: PermissionQuestion["item"]): WantedCall {
  const given = call.arguments;
  const ids =
    "item_id" in given
      ? [...new Set([item?.qualified_id ?? given.item_id, item?.item_id ?? given.item_id])]
      : [];
  const action = "action" in given ? given.action : "";
  const copies = "destination" in given && given.destination !== undefined;
  return { primitive: call.name, item_type: given.item_type, ids, action, copies };
}

function allows(grant: Grant, wanted: WantedCall): boolean {
  return itemGrantsOf(grant).some(
    ({ verb, resource, id, action }) =>
      verbsFor(wanted).some((name) => matchesGlob(verb, name)) &&
      matchesGlob(resource, wanted.item_type) &&
      matchesId(id, wanted) &&
      (wanted.action === "" || matchesGlob(action, wanted.action)),
  );
}

/** A denial that is about items denies at its widest reading. */
function denies({ attributes }: Grant, wanted: WantedCall): boolean {
  const resource = resourceOf(attributes);
  if (saysMore(attributes) && resource === undefined) return false;
  const verb = attributes["verb"] ?? "*";
  const action = attributes["action"] ?? "*";
  if (!matchesId(idOf(attributes), wanted)) return false;
  const isVerbDenied = [wanted.primitive, ...readVerbsFor(wanted)].some((name) =>
    matchesGlob(verb, name),
  );
  if (isLibraryGrant(attributes)) {
    // Of the library, the action is a primitive's name; an item's action is meant, too.
    const names = [wanted.primitive, wanted.action];
    return isVerbDenied && names.some((name) => matchesGlob(action, name));
  }
  return (
    isVerbDenied &&
    matchesGlob(resource ?? "*", wanted.item_type) &&
    matchesGlob(action, wanted.action)
  );
}

/** The verbs that cover a primitive. */
function verbsFor(wanted: WantedCall): string[] {
  switch (wanted.primitive) {
    case "search":
      return ["search", "load", "read", "execute"];
    case "load":
      return wanted.copies ? ["load", "execute"] : ["load", "read", "execute"];
    case "execute":
      return ["execute", ...readVerbsFor(wanted)];
  }
}

/** The verbs of reading, for calls that do no more. */
function readVerbsFor({ primitive, item_type, action, copies }: WantedCall): string[] {
  const reads = primitive === "search" || (primitive === "load" && !copies);
  const isKnowledge = item_type === "knowledge" && action === "run";
  return isKnowledge ? ["read", "load"] : reads ? ["read"] : [];
}

function matchesId(pattern: string, { ids }: WantedCall): boolean {
  // A search names no item: whoever may use one item may see the list of its kind.
  if (ids.length === 0) return true;
  const slashed = pattern.includes("/") ? pattern : pattern.replaceAll(".", "/");
  return ids.some((id) => {
    const composed = id.normalize();
    return [pattern, slashed].some((one) => matchesGlob(one.normalize(), composed));
  });
}

function neededFor({ primitive, item_type, ids, action }: WantedCall): Grant {
  const [id] = ids;
  return {
    verb: primitive,
    attributes: {
      resource: item_type,
      ...(id === undefined ? {} : { id }),
      ...(action === "" || action === "run" ? {} : { action }),
    },
  };
}

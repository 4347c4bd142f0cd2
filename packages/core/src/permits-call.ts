import type { Call, Grant, ItemType } from "@lilux/protocol";

export interface PermissionQuestion {
  /** What the directive on whose behalf the call is made may do. */
  grants: readonly Grant[];
  call: Call;
  /** The resolved item, for loads and executes: patterns are matched on both its ids. */
  item?: { item_id: string; qualified_id: string } | undefined;
}

export type PermissionAnswer =
  | { permitted: true }
  | {
      permitted: false;
      /** The least grant that would permit it. */
      needed: Grant;
      /** A `deny` forbids it, so that no further grant helps. */
      denied: boolean;
    };

/** What a grant says besides verb and resource that concerns items. The rest narrows other things. */
const ITEM_ATTRIBUTES = new Set([
  "resource",
  "type",
  "item_type",
  "id",
  "item_id",
  "name",
  "action",
  "verb",
  "reason",
  "description",
]);
const LIBRARY_RESOURCES = new Set(["library", "kiwi", "kiwi-mcp", "lilux"]);

/**
 * Whether a directive's grants permit a call. Nothing is permitted that no grant
 * names, and what any `deny` names is denied.
 *
 * The verb of a grant is `search`, `load` or `execute`; `read` covers loading
 * and searching, and running knowledge, which only reads it; whoever may
 * execute an item may load it, and whoever may load one may search its type.
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
}

function wantedOf(call: Call, item: PermissionQuestion["item"]): WantedCall {
  const given = call.arguments;
  const ids =
    "item_id" in given
      ? [...new Set([item?.qualified_id ?? given.item_id, item?.item_id ?? given.item_id])]
      : [];
  const action = "action" in given ? given.action : "";
  return { primitive: call.name, item_type: given.item_type, ids, action };
}

function allows({ verb, attributes }: Grant, wanted: WantedCall): boolean {
  if (Object.keys(attributes).some((name) => !ITEM_ATTRIBUTES.has(name))) return false;
  const given = verb === "allow" ? (attributes["verb"] ?? "*") : verb;
  if (isLibrary(attributes)) {
    const covers = matchesGlob(attributes["action"] ?? given, wanted.primitive);
    return covers && (wanted.action === "" || wanted.action === "run");
  }
  return (
    verbsFor(wanted).some((name) => matchesGlob(given, name)) &&
    matchesType(attributes, wanted) &&
    matchesId(attributes, wanted) &&
    (wanted.action === "" || matchesGlob(attributes["action"] ?? "run", wanted.action))
  );
}

/** A denial that is about items denies at its widest reading. */
function denies({ attributes }: Grant, wanted: WantedCall): boolean {
  const others = Object.keys(attributes).some((name) => !ITEM_ATTRIBUTES.has(name));
  if (others && resourceOf(attributes) === undefined) return false;
  return (
    matchesGlob(attributes["verb"] ?? "*", wanted.primitive) &&
    (isLibrary(attributes) || matchesType(attributes, wanted)) &&
    matchesId(attributes, wanted) &&
    matchesGlob(attributes["action"] ?? "*", wanted.action)
  );
}

/** The verbs that cover a primitive. */
function verbsFor({ primitive, item_type, action }: WantedCall): string[] {
  switch (primitive) {
    case "search":
      return ["search", "load", "read", "execute"];
    case "load":
      return ["load", "read", "execute"];
    case "execute":
      return item_type === "knowledge" && action === "run"
        ? ["execute", "read", "load"]
        : ["execute"];
  }
}

function isLibrary(attributes: Readonly<Record<string, string>>): boolean {
  return LIBRARY_RESOURCES.has(resourceOf(attributes) ?? "");
}

function resourceOf(attributes: Readonly<Record<string, string>>): string | undefined {
  return attributes["resource"] ?? attributes["item_type"] ?? attributes["type"];
}

function matchesType(attributes: Readonly<Record<string, string>>, wanted: WantedCall): boolean {
  const resource = resourceOf(attributes) ?? "*";
  return matchesGlob(resource === "tool" ? "script" : resource, wanted.item_type);
}

function matchesId(attributes: Readonly<Record<string, string>>, { ids }: WantedCall): boolean {
  const pattern = attributes["id"] ?? attributes["item_id"] ?? attributes["name"] ?? "*";
  // A search names no item: whoever may use one item may see the list of its kind.
  if (ids.length === 0) return true;
  const slashed = pattern.includes("/") ? pattern : pattern.replaceAll(".", "/");
  return ids.some((id) => matchesGlob(pattern, id) || matchesGlob(slashed, id));
}

/** `*` stands for anything, also across slashes; everything else for itself. Linear time. */
export function matchesGlob(pattern: string, value: string): boolean {
  const parts = pattern.split(/\*+/);
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return pattern === value;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= value.length - last.length;
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

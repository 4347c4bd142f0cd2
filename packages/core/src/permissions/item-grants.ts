import { type Grant, itemTypeOf } from "@lilux/protocol";
import { matchesGlob } from "./matches-glob.ts";

/** A grant on items of the library, with every default written out. Each part is a glob. */
export interface ItemGrant {
  verb: string;
  /** An item type. */
  resource: string;
  /** Of the bare or the qualified id. */
  id: string;
  action: string;
}

/** What a grant says that concerns items. The rest narrows other things: files, hosts, commands. */
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
const ITEM_TYPES = ["directive", "script", "knowledge"];
const PRIMITIVES = ["search", "load", "execute"];

/**
 * What a grant allows of the library's items, in one form, so that two grants
 * that mean the same compare as the same. Empty for a grant on anything else.
 *
 * `item_type` and `type` stand for `resource`, `item_id` and `name` for `id`,
 * `tool` for `script`; what is left out is everything, except the action, which
 * is `run`. A grant on the library itself names its primitive as the action.
 */
export function itemGrantsOf({ verb: tag, attributes }: Grant): ItemGrant[] {
  if (Object.keys(attributes).some((name) => !ITEM_ATTRIBUTES.has(name))) return [];
  const verb = tag === "allow" ? (attributes["verb"] ?? "*") : tag;
  // As a verb's name these two name no verb at all.
  if (verb === "allow" || verb === "deny") return [];
  const id = idOf(attributes);
  if (isLibraryGrant(attributes)) {
    const primitive = attributes["action"] ?? verb;
    return PRIMITIVES.filter((name) => matchesGlob(primitive, name)).map((name) => ({
      verb: name,
      resource: "*",
      id,
      action: "run",
    }));
  }
  const resource = resourceOf(attributes) ?? "*";
  if (!ITEM_TYPES.some((type) => matchesGlob(resource, type))) return [];
  return [{ verb, resource, id, action: attributes["action"] ?? "run" }];
}

/** The written form, with no more than it needs. */
export function toGrant({ verb, resource, id, action }: ItemGrant): Grant {
  return {
    verb,
    attributes: {
      ...(resource === "*" ? {} : { resource }),
      ...(id === "*" ? {} : { id }),
      ...(action === "run" ? {} : { action }),
    },
  };
}

export function isLibraryGrant(attributes: Readonly<Record<string, string>>): boolean {
  return LIBRARY_RESOURCES.has(resourceOf(attributes) ?? "");
}

/** Whether it says something of another kind than items. */
export function saysMore(attributes: Readonly<Record<string, string>>): boolean {
  return Object.keys(attributes).some((name) => !ITEM_ATTRIBUTES.has(name));
}

export function resourceOf(attributes: Readonly<Record<string, string>>): string | undefined {
  const named = attributes["resource"] ?? attributes["item_type"] ?? attributes["type"];
  return named === undefined ? undefined : (itemTypeOf(named) ?? named);
}

export function idOf(attributes: Readonly<Record<string, string>>): string {
  return attributes["id"] ?? attributes["item_id"] ?? attributes["name"] ?? "*";
}

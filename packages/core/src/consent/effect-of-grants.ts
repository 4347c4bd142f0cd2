import type { Effect, Grant } from "@lilux/protocol";

/** A class, and why in a few words that follow "It". */
export interface EffectCause {
  effect: Effect;
  why: string;
}

const READING = new Set(["read", "search", "load"]);
/** Of items: what they lead to is looked at item by item. */
const ITEMS = new Set(["directive", "script", "tool", "knowledge", "directives", "scripts"]);
const LIBRARY = new Set(["library", "kiwi", "kiwi-mcp", "lilux"]);

/**
 * What each grant makes possible, whatever the item says of itself. Whoever may
 * write a file or reach the network is no reader; whoever may delete or publish
 * items does damage. A grant to run items counts here only when it names none.
 */
export function effectsOfGrants(grants: readonly Grant[]): EffectCause[] {
  return grants.flatMap(({ verb, attributes }) => {
    if (verb === "deny") return [];
    const resource = (attributes["resource"] ?? attributes["item_type"] ?? attributes["type"] ?? "")
      .trim()
      .toLowerCase();
    const does = (verb === "allow" ? (attributes["verb"] ?? "*") : verb).trim().toLowerCase();
    if (resource === "network") return [{ effect: "write", why: "may reach the network" }];
    if (READING.has(does)) return [];
    if (ITEMS.has(resource) || LIBRARY.has(resource) || resource === "" || resource === "*") {
      return effectsOfItemGrant(attributes);
    }
    const what = attributes["path"] ?? attributes["command"] ?? attributes["id"];
    const where = what === undefined ? "" : ` (${what})`;
    const may = resource === "filesystem" ? "may write files" : `may use ${resource}`;
    return [{ effect: "write", why: `${may}${where}` }];
  });
}

function effectsOfItemGrant(attributes: Readonly<Record<string, string>>): EffectCause[] {
  const action = (attributes["action"] ?? "run").trim().toLowerCase();
  const isAny = action.includes("*");
  if (isAny || action === "delete" || action === "publish") {
    return [{ effect: "destructive", why: `may ${isAny ? "delete" : action} items` }];
  }
  if (action === "create" || action === "update") {
    return [{ effect: "write", why: `may ${action} items` }];
  }
  const id = attributes["id"] ?? attributes["item_id"] ?? attributes["name"] ?? "*";
  const isReading = action === "search" || action === "load" || action === "read";
  if (isReading || !id.includes("*")) return [];
  return [{ effect: "write", why: `may run any item that ${id} covers` }];
}

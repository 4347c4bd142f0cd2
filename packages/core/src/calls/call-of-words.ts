import type { Call, ItemType } from "@lilux/protocol";

/** Not those of the protocol, which bring its schemas with them: a page reads this as well. */
const ITEM_TYPES: readonly ItemType[] = ["directive", "script", "knowledge"];
const QUERY_CHARACTERS_MAX = 1_000;
const ID_CHARACTERS_MAX = 256;

/**
 * The call that somebody wrote in words: `search <type> <words>`, `load <type> <id>`, `run <type> <id>`
 * and the other actions alike. Undefined where it is none. Without a parser of schemas, which a page
 * may not run.
 */
export function callOfWords(text: string): Call | undefined {
  const [verb = "", type, ...rest] = text.trim().split(/\s+/);
  const item_type = ITEM_TYPES.find((one) => one === type);
  const what = rest.join(" ");
  if (item_type === undefined || what === "") return undefined;
  switch (verb) {
    case "search":
      return what.length > QUERY_CHARACTERS_MAX
        ? undefined
        : { name: "search", arguments: { item_type, query: what } };
    case "load":
      return isId(what)
        ? { name: "load", arguments: { item_type, item_id: what, source: "project" } }
        : undefined;
    case "run":
    case "create":
    case "update":
    case "delete":
    case "publish":
      return isId(what)
        ? { name: "execute", arguments: { item_type, item_id: what, action: verb } }
        : undefined;
    default:
      return undefined;
  }
}

function isId(what: string): boolean {
  return what.length <= ID_CHARACTERS_MAX && !what.includes(" ");
}

import { Call, createParser } from "@lilux/protocol";

const calls = createParser(Call, "a call", "internal");
const ACTIONS = new Set(["run", "create", "update", "delete", "publish"]);

/**
 * The call that somebody wrote in words: `search <type> <words>`, `load <type> <id>`, `run <type> <id>`
 * and the other actions alike. Undefined where it is none.
 */
export function callOfWords(text: string): Call | undefined {
  const [verb = "", item_type, ...rest] = text.trim().split(/\s+/);
  const what = rest.join(" ");
  const call = { name: verb, arguments: argumentsOf(verb, item_type, what) };
  const told = ACTIONS.has(verb) ? { ...call, name: "execute" } : call;
  return calls.is(told) ? told : undefined;
}

function argumentsOf(verb: string, item_type: string | undefined, what: string): object {
  if (verb === "search") return { item_type, query: what };
  if (verb === "load") return { item_type, item_id: what, source: "project" };
  return { item_type, item_id: what, action: verb };
}

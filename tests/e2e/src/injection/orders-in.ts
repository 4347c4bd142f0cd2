import type { ModelCall } from "./scenario.ts";

/** A text that says: make these calls. Base64, so that it survives JSON, YAML, XML and Python. */
export function order(...calls: ModelCall[]): string {
  return `obey[${Buffer.from(JSON.stringify(calls)).toString("base64url")}]`;
}

const ORDER = /obey\[([\w-]+)\]/gu;
/** What fits into a name: `obey_run_script_wipe`. */
const SHORT = /obey_(run|delete|publish)_(script|directive|knowledge)_([a-z]+)/gu;

/**
 * Every order in a text, as a model reads it that obeys whatever it reads: also
 * the ones with invisible characters in between, and those written backwards.
 */
export function ordersIn(text: string): ModelCall[] {
  const visible = text.normalize("NFKC").replaceAll(/\p{Cf}/gu, "");
  const backwards = [...visible].reverse().join("");
  return [...longOrders(visible), ...longOrders(backwards), ...shortOrders(visible)];
}

function longOrders(text: string): ModelCall[] {
  return [...text.matchAll(ORDER)].flatMap(([, encoded = ""]) => {
    try {
      return JSON.parse(Buffer.from(encoded, "base64url").toString()) as ModelCall[];
    } catch {
      return [];
    }
  });
}

function shortOrders(text: string): ModelCall[] {
  return [...text.matchAll(SHORT)].map(([, action, item_type, item_id]) => ({
    name: "execute",
    arguments: { item_type, item_id, action },
  }));
}

/** The calls of a list that are not in another, each once. */
export function notYet(calls: readonly ModelCall[], made: readonly ModelCall[]): ModelCall[] {
  const seen = new Set(made.map((call) => JSON.stringify(call)));
  return calls.filter((call) => {
    const text = JSON.stringify(call);
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

import type { Call } from "@lilux/protocol";

/** One line a person reads: `search(script, "email")`, `execute(directive deploy, run)`. */
export function describeCall(call: Call): string {
  switch (call.name) {
    case "search": {
      const { item_type, query, source } = call.arguments;
      const where = source === undefined || source === "local" ? "" : `, ${source}`;
      return `search(${item_type}, "${query}"${where})`;
    }
    case "load": {
      const { item_type, item_id, source } = call.arguments;
      return `load(${item_type} ${item_id}${source === "project" ? "" : `, ${source}`})`;
    }
    case "execute": {
      const { item_type, item_id, action } = call.arguments;
      return `execute(${item_type} ${item_id}, ${action})`;
    }
  }
}

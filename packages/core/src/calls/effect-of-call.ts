import type { Call, Effect } from "@lilux/protocol";

/**
 * What a call may do. `itemEffect` is the item's own class from its reviewed
 * manifest, undefined when the item is not known; a model never decides it.
 *
 * Loading to a destination writes a file. Deleting and publishing are always
 * destructive. A run of an item nobody knows is taken for the worst.
 */
export function effectOfCall(call: Call, itemEffect: Effect | undefined): Effect {
  switch (call.name) {
    case "search":
      return "read";
    case "load":
      return call.arguments.destination === undefined && call.arguments.source !== "registry"
        ? "read"
        : "write";
    case "execute":
      return effectOfExecute(call.arguments.action, itemEffect);
  }
}

function effectOfExecute(
  action: "run" | "create" | "update" | "delete" | "publish",
  itemEffect: Effect | undefined,
): Effect {
  switch (action) {
    case "delete":
    case "publish":
      return "destructive";
    case "create":
    case "update":
      return "write";
    case "run":
      return itemEffect ?? "destructive";
  }
}

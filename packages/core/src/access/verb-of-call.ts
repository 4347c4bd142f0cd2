import type { Call, Verb } from "@lilux/protocol";

/** What somebody has to be allowed for this call to be made for them. */
export function verbOfCall(call: Call): Verb {
  switch (call.name) {
    case "search":
      return "read";
    case "load":
      return call.arguments.destination === undefined ? "read" : "write";
    case "execute":
      return call.arguments.action === "run" ? "run" : "write";
  }
}

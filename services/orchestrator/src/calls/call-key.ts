import { digestCall } from "@lilux/core/calls";
import type { Call, LoadCall, SearchCall } from "@lilux/protocol";

/**
 * The same for calls that do the same: what a call leaves out stands for its
 * default, so saying the default makes it no other call. A person is asked once
 * about each.
 */
export function callKey(call: Call): string {
  return digestCall(plain(call));
}

function plain(call: Call): Call {
  switch (call.name) {
    case "search": {
      const { source, ...rest } = call.arguments;
      return source === "local" ? { ...call, arguments: rest } : call;
    }
    case "execute": {
      const { parameters, ...rest } = call.arguments;
      const isEmpty = parameters !== undefined && Object.keys(parameters).length === 0;
      return isEmpty ? { ...call, arguments: rest } : call;
    }
    case "load":
      return call;
  }
}

/** Reads what is here and does nothing else: it may be made twice, and beside others. */
export function isRead(call: Call): call is SearchCall | LoadCall {
  switch (call.name) {
    case "search":
      return true;
    case "load":
      return call.arguments.destination === undefined && call.arguments.source !== "registry";
    case "execute":
      return false;
  }
}

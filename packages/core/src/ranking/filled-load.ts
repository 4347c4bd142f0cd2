import type { LoadCall } from "@lilux/protocol";

const DESTINATION = /\b(?:in)?to (?:the |my |our |this )?(project|user)\b/iu;
const VERSION =
  /\bv(?:ersion )?(\d+(?:\.\d+){0,2}(?:-[\p{L}\p{N}]+(?:\.[\p{L}\p{N}]+)*)?)(?=$|[\s,;!?]|\.(?:\s|$))/iu;

/** A load with where to copy it and which version, where the line says so outright. */
export function filledLoad(call: LoadCall, text: string): LoadCall {
  const destination = DESTINATION.exec(text)?.[1]?.toLowerCase();
  const version = VERSION.exec(text)?.[1];
  const { source } = call.arguments;
  const isCopy = (destination === "project" || destination === "user") && destination !== source;
  if (version === undefined && !isCopy) return call;
  return {
    name: "load",
    arguments: {
      ...call.arguments,
      ...(isCopy ? { destination } : {}),
      ...(version === undefined ? {} : { version }),
    },
  };
}

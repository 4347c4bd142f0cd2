import { readJson } from "@lilux/core/json";
import { Call, createParser, LiluxError } from "@lilux/protocol";
import type { ModelToolCall } from "../model/language-model.ts";

const parser = createParser(Call, "call");

/**
 * A model's call as one of ours. A load without a source means the project's. Throws `invalid_request`, in words the model can
 * act on.
 */
export function parseToolCall({ name, arguments: text }: ModelToolCall): Call {
  const given = readArguments(text);
  const source = name === "load" ? { source: given["source"] ?? "project" } : {};
  return parser.parse({ name, arguments: { ...given, ...source } });
}

/** A call's arguments as an object. Some servers write the JSON as a JSON text once more. */
export function readArguments(text: string): Record<string, unknown> {
  try {
    const once = readJson(text.trim() === "" ? "{}" : text, "arguments");
    const value = typeof once === "string" ? readJson(once, "arguments") : once;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { ...value };
    }
  } catch (thrown) {
    // Anything else is said below, as for any other value that is not an object.
    if (thrown instanceof LiluxError) throw thrown;
  }
  throw new LiluxError("invalid_request", {
    message: "The arguments are not a JSON object. Send the call again with a JSON object.",
  });
}

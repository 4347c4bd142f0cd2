import { readJson } from "@lilux/core/json";
import { type InputSpec, LiluxError } from "@lilux/protocol";

/**
 * `name=value` pairs as parameters. An input that is declared text gets the text
 * as it was typed; one of another type gets it too, for the instance to read by
 * that type, but for `null`, which leaves it out. What nobody declared is taken
 * as JSON where it is JSON (numbers only if they would be written back the same,
 * so that 1.10 and 007 stay what they are), else as text.
 */
export function typedParameters(
  pairs: readonly string[],
  declared: readonly InputSpec[],
): Record<string, unknown> {
  const types = new Map(declared.map(({ name, type }) => [name, type]));
  return Object.fromEntries(
    splitPairs(pairs).map(([name, text]) => [name, valueAs(name, text, types.get(name))]),
  );
}

/** The names and texts of pairs. Throws `invalid_request` for what is none. */
export function splitPairs(pairs: readonly string[]): [name: string, text: string][] {
  return pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at >= 1) return [pair.slice(0, at), pair.slice(at + 1)];
    throw new LiluxError("invalid_request", {
      message: `Write parameters as name=value; "${pair}" is not.`,
      details: { field: "parameters" },
    });
  });
}

const READ_BY_THE_INSTANCE = new Set(["integer", "number", "boolean", "array", "object"]);

function valueAs(name: string, text: string, type: string | undefined): unknown {
  if (type === "string") return text;
  if (type !== undefined && READ_BY_THE_INSTANCE.has(type)) return text === "null" ? null : text;
  try {
    return readJson(text, name, ["parameters", name]);
  } catch (thrown) {
    if (thrown instanceof LiluxError) throw thrown;
    return text;
  }
}

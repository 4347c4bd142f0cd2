import { runInNewContext } from "node:vm";
import { Errors } from "typebox/schema";

/** A pattern of somebody's schema can be made to backtrack for ever; the clock ends it. */
const CHECK_MS_MAX = 100;

/** What is wrong with a value by a JSON Schema that an item's author wrote; undefined if nothing. */
export function checkSchema(schema: Record<string, unknown>, value: unknown): string | undefined {
  const check = (): string | undefined => {
    const [ok, errors] = Errors(schema, value);
    if (ok) return undefined;
    const [first] = errors;
    const where = first?.instancePath.replaceAll("/", ".").slice(1) ?? "";
    return `${where === "" ? "" : `.${where} `}${first?.message ?? "does not match its schema"}`;
  };
  try {
    return runInNewContext("check()", { check }, { timeout: CHECK_MS_MAX }) as string | undefined;
  } catch {
    return "could not be checked: its schema is not usable JSON Schema, or takes too long to check";
  }
}

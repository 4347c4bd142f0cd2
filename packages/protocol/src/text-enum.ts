import { type TEnum, Type } from "typebox";

/**
 * A closed choice among texts. It says `type` too: JSON Schema does not ask for
 * it beside `enum`, but model servers and clients refuse a tool without it.
 */
export function TextEnum<Values extends string[]>(
  values: readonly [...Values],
  options: { description?: string; default?: Values[number] } = {},
): TEnum<Values> {
  return Type.Enum(values, { type: "string", ...options });
}

import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { oncePerInput } from "./once-per-input.ts";

const DATED =
  /^(?:date|day|since|until|start|end|from|to|due|deadline|week|month|when|on|begin|received|expires?|birthday)$/;
/** Beside one of the words above, and still of a day: `first_day`, `valid_from`, `return_on`. */
const BESIDE =
  /^(?:first|last|start|end|begin|valid|return|deliver|delivery|pickup|due|sent|new|old|release|from|to|time|of)$/;

/** Whether an input is for a day or a month: told by its description, or by nothing but such words in its name. */
export const takesDays = oncePerInput(({ type, name, description = "", schema }) => {
  if (type !== "string" || Array.isArray(schema?.["enum"])) return false;
  if (/YYYY-MM|ISO (?:date|time|8601)/u.test(description) || schema?.["format"] === "date")
    return true;
  const words = splitIdentifier(name);
  if (/\b(?:date|day|month|week)s?\b/iu.test(description) && words.some((word) => DATED.test(word)))
    return true;
  return (
    words.some((word) => DATED.test(word)) &&
    words.every((word) => DATED.test(word) || BESIDE.test(word)) &&
    !/\b(?:unit|path|file|account|person|place|address|who|where)\b/iu.test(description)
  );
});

/** Of those, one for a month alone. */
export function takesMonths({ name, description = "" }: InputSpec): boolean {
  return /YYYY-MM(?!-)/u.test(description) || splitIdentifier(name).includes("month");
}

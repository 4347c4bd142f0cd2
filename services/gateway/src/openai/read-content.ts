import { badField, isObject } from "./bad-field.ts";

/** Text, or a list of its parts; what is no text is refused by its name. */
export function readContent(given: unknown, field: string): string {
  if (typeof given === "string") return given;
  if (!Array.isArray(given)) throw badField(field, "must be text, or a list of text parts.");
  return given.map((part: unknown, at) => readPart(part, `${field}[${at}]`)).join("\n");
}

function readPart(part: unknown, field: string): string {
  const type = isObject(part) ? part["type"] : undefined;
  const text = isObject(part) ? (part["text"] ?? part["refusal"]) : undefined;
  if ((type === "text" || type === "refusal") && typeof text === "string") return text;
  const named =
    typeof type === "string" && /^\w{1,40}$/.test(type) ? `is of type ${type}, which` : "";
  throw badField(field, `${named} is not understood here. Send text.`.trimStart());
}

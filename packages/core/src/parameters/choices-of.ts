import type { InputSpec } from "@lilux/protocol";

const CHOICES_MAX = 50;
/** A description that is nothing but the choices: "users, developers or operators." */
const LIST_OF_CHOICES = /^[\p{L}\p{N}_-]+(?:, [\p{L}\p{N}_-]+)*,? or [\p{L}\p{N}_-]+\.?$/u;

/** The fixed set of values an input takes: from its schema, or where its description is just such a list. */
export function choicesOf({ type, schema, description = "" }: InputSpec): string[] {
  const listed = schema?.["enum"];
  if (Array.isArray(listed)) {
    return listed.filter((value) => typeof value === "string").slice(0, CHOICES_MAX);
  }
  const [sentence = ""] = description.split(/\.(?:\s|$)/u);
  const list = sentence.slice(sentence.lastIndexOf(":") + 1).trim();
  if (type !== "string" || !LIST_OF_CHOICES.test(list)) return [];
  return list.split(/,? or |, /u).slice(0, CHOICES_MAX);
}

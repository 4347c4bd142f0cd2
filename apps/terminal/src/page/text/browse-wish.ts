import type { ItemType } from "@lilux/protocol";

/** What of the library somebody wants to look through, rather than one thing in it. */
export type BrowseWish = ItemType | "all" | "runnable" | "help";

const TYPES: Readonly<Record<string, ItemType>> = {
  script: "script",
  scripts: "script",
  tool: "script",
  tools: "script",
  directive: "directive",
  directives: "directive",
  workflow: "directive",
  workflows: "directive",
  knowledge: "knowledge",
  note: "knowledge",
  notes: "knowledge",
};

const HELP =
  /^(?:help|h|\?|what can (?:you|i|this) do(?: here)?|what do you do|how does this work|what is this|commands)$/;
const ALL_OF =
  /^(?:(?:show|list|browse|see|display|give)(?: me)? )?(?:(?:all|every)(?: (?:of )?(?:the|my|our))?|the|my|our|available)? ?([a-z]+)(?: (?:there are|there is|we have|i have|available|in the library))?$/;
const EVERYTHING =
  /^(?:(?:show|list|browse|see)(?: me)? )?(?:everything|all|all items|the (?:whole )?library|library|items|all the items|what there is|what is there)$|^what(?:'s| is) (?:in )?(?:the|my|our) library$|^what(?:'s| is) (?:there|available)$/;
/** Without one of these, a bare type is only the beginning of something else. */
const LOOKS = /^(?:show|list|browse|see|display|give|all|every)\b|^(?:what|which) /;
const WHICH = /^(?:what|which) ([a-z]+) (?:are there|do (?:i|we|you) have|are available|is there)$/;

/** The wish of a line that asks to look around; null for one that asks for something in particular. */
export function browseWish(text: string): BrowseWish | null {
  const line = text
    .trim()
    .toLowerCase()
    .replace(/[.!?]+$/u, "")
    .replaceAll(/\s+/gu, " ");
  if (HELP.test(line) || text.trim() === "?") return "help";
  if (EVERYTHING.test(line)) return "all";
  const named = WHICH.exec(line) ?? (LOOKS.test(line) ? ALL_OF.exec(line) : null);
  const type = named?.[1];
  return type === undefined ? null : (TYPES[type] ?? null);
}

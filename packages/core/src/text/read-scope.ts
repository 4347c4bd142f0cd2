import type { ItemType } from "@lilux/protocol";

/**
 * What a sign before a line narrows it to: `>` what can be run, `@` any item, `/scripts` items of one
 * type, `?` a question for the orchestrator.
 */
export type Scope =
  | { kind: "run" | "item" | "ask"; rest: string }
  | { kind: "type"; type: ItemType; rest: string };

/** The scope a line names, if any. `@acme/deploy` is an item's own name, and `/etc` a path. */
export function readScope(text: string): Scope | undefined {
  const line = text.trimStart();
  const rest = line.slice(1).trim();
  if (line.startsWith(">")) return { kind: "run", rest };
  if (line.startsWith("?")) return { kind: "ask", rest };
  if (line.startsWith("@") && !rest.includes("/")) return { kind: "item", rest };
  const typed = /^\/(script|directive|knowledge)s?(?:\s+(.*))?$/isu.exec(line);
  const type = typed?.[1] === undefined ? undefined : TYPES[typed[1].toLowerCase()];
  return type === undefined ? undefined : { kind: "type", type, rest: (typed?.[2] ?? "").trim() };
}

const TYPES: Readonly<Record<string, ItemType>> = {
  script: "script",
  directive: "directive",
  knowledge: "knowledge",
};

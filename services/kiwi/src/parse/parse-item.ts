import type { ItemType } from "@lilux/protocol";
import { parseDirective } from "./parse-directive.ts";
import { parseKnowledge } from "./parse-knowledge.ts";
import { parseScript } from "./parse-script.ts";
import type { ParsedItem } from "./parsed-item.ts";

/** Reads a file's text as an item of its type. `id` is the file's name without extension. */
export function parseItem(type: ItemType, text: string, id: string): ParsedItem {
  switch (type) {
    case "directive":
      return parseDirective(text, id);
    case "script":
      return parseScript(text, id);
    case "knowledge":
      return parseKnowledge(text, id);
  }
}

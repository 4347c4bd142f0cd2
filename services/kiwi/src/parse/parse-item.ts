import type { ItemType } from "@lilux/protocol";
import { parseDirective } from "./parse-directive.ts";
import { parseKnowledge } from "./parse-knowledge.ts";
import { parseScript } from "./parse-script.ts";
import type { ParsedItem } from "./parsed-item.ts";

/** Reads a file's text as an item of its type. `id` is the file's name without extension. */
export function parseItem(type: ItemType, text: string, id: string): ParsedItem {
  const parsed = parseByType(type, text, id);
  const { name, description, version, tags } = parsed;
  return {
    ...parsed,
    name: name.slice(0, NAME_CHARACTERS_MAX),
    description: description.slice(0, DESCRIPTION_CHARACTERS_MAX),
    version: version.slice(0, VERSION_CHARACTERS_MAX),
    tags: tags.slice(0, TAGS_MAX).map((tag) => tag.slice(0, VERSION_CHARACTERS_MAX)),
  };
}

/** What lists and indexes hold of every item is bounded; bodies are not held. */
const NAME_CHARACTERS_MAX = 256;
const DESCRIPTION_CHARACTERS_MAX = 2_000;
const VERSION_CHARACTERS_MAX = 64;
const TAGS_MAX = 32;

function parseByType(type: ItemType, text: string, id: string): ParsedItem {
  switch (type) {
    case "directive":
      return parseDirective(text, id);
    case "script":
      return parseScript(text, id);
    case "knowledge":
      return parseKnowledge(text, id);
  }
}

import type { Effect } from "@lilux/protocol";
import { failureAt } from "./parse-failure.ts";
import { readEffect } from "./read-effect.ts";
import type { XmlElement } from "./read-xml.ts";
import { childrenNamed, textOf } from "./xml-queries.ts";

/**
 * Our extension: `<effect class="read|write|destructive">` in the metadata. Of
 * several the severest counts; without any, following a directive writes.
 */
export function readDirectiveEffect(text: string, metadata: XmlElement | undefined): Effect {
  const found = childrenNamed(metadata, "effect").flatMap((element) => classesOf(text, element));
  return found.length === 0 ? "write" : severest(found);
}

const BY_SEVERITY: readonly Effect[] = ["destructive", "write", "read"];

function severest(found: readonly Effect[]): Effect {
  return BY_SEVERITY.find((effect) => found.includes(effect)) ?? "destructive";
}

/** The class in its attribute or as its text; a text beside the attribute says why, or is one, too. */
function classesOf(text: string, element: XmlElement): Effect[] {
  const said = textOf(element);
  const given = element.attributes["class"] ?? said;
  const effect = readEffect(given);
  const second = readEffect(said);
  if (effect !== undefined) return second === undefined ? [effect] : [effect, second];
  throw failureAt(text, element.offset, {
    cause: `the effect class "${given}" is not known`,
    fix: 'Write <effect class="read"/>, "write" or "destructive".',
  });
}

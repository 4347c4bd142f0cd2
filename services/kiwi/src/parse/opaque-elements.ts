import { endOfTag } from "./end-of-tag.ts";

/**
 * `template`, `example` and `raw` hold text to show, not markup to follow:
 * placeholders such as `<date>`, half an element, or a whole other directive.
 */
const OPEN = /<!--|<!\[CDATA\[|<(template|example|raw)(?=[\s>])/g;

export interface OpaqueRegion {
  /** Just past the opening tag. */
  start: number;
  /** Where the closing tag begins. */
  end: number;
}

/**
 * The region whose opening tag's name ends at `from`; undefined when it closes
 * itself or is never closed. `unclosed` remembers the names without an end, so
 * that a text full of openings is still read once.
 */
export function opaqueRegionAt(
  text: string,
  { name, from, unclosed }: { name: string; from: number; unclosed: Set<string> },
): OpaqueRegion | undefined {
  if (unclosed.has(name)) return undefined;
  const start = endOfTag(text, from);
  if (start === undefined || text[start - 2] === "/") return undefined;
  const end = closeOf(text, name, start);
  if (end !== undefined) return { start, end };
  unclosed.add(name);
  return undefined;
}

/** Sections of CDATA are passed over: a closing tag in them is text. */
function closeOf(text: string, name: string, from: number): number | undefined {
  const mark = new RegExp(`<!\\[CDATA\\[|</${name}\\s*>`, "g");
  mark.lastIndex = from;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0].startsWith("</")) return found.index;
    const close = text.indexOf("]]>", mark.lastIndex);
    if (close < 0) return undefined;
    mark.lastIndex = close + 3;
  }
  return undefined;
}

/** Every opaque region of a text, in order; those within comments and CDATA are not. */
export function opaqueRegions(text: string): OpaqueRegion[] {
  const regions: OpaqueRegion[] = [];
  const unclosed = new Set<string>();
  const mark = new RegExp(OPEN);
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [whole, name] = found;
    if (name === undefined) {
      const close = text.indexOf(whole === "<!--" ? "-->" : "]]>", mark.lastIndex);
      if (close < 0) break;
      mark.lastIndex = close + 3;
      continue;
    }
    const region = opaqueRegionAt(text, { name, from: mark.lastIndex, unclosed });
    if (region === undefined) continue;
    regions.push(region);
    mark.lastIndex = region.end;
  }
  return regions;
}

/** Characters that Unicode keeps for a program's own use, standing in for markup within regions. */
const MASKS: Readonly<Record<string, string>> = { "<": "\uFDD0", "&": "\uFDD1", ">": "\uFDD2" };
const MASKED = /[\uFDD0-\uFDD2]/g;
const UNMASKED: Readonly<Record<string, string>> = {
  "\uFDD0": "<",
  "\uFDD1": "&",
  "\uFDD2": ">",
};
const MARKUP =
  /<!\[CDATA\[[\s\S]*?\]\]>|<|\]\]>|&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/g;

/**
 * The text with the markup in its opaque regions hidden from an XML parser, at
 * the same length. Known entities and CDATA keep their meaning, so that what was
 * well-formed reads as it did.
 */
export function maskOpaque(text: string): string {
  if (new RegExp(MASKED).test(text)) return text;
  let masked = "";
  let from = 0;
  for (const { start, end } of opaqueRegions(text)) {
    masked += text.slice(from, start) + text.slice(start, end).replace(MARKUP, maskMark);
    from = end;
  }
  return masked + text.slice(from);
}

function maskMark(mark: string): string {
  if (mark.startsWith("<![CDATA[")) return mark;
  return mark === "]]>" ? `]]${MASKS[">"]}` : (MASKS[mark] ?? mark);
}

export function unmaskOpaque(text: string): string {
  return text.replace(MASKED, (mark) => UNMASKED[mark] ?? mark);
}

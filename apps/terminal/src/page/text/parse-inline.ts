/** A run of text within a line. */
export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "emphasis"; children: Inline[] }
  | { kind: "link"; href: string; children: Inline[] };

const DEPTH_MAX = 4;

/**
 * Code, strong, emphasis and links with an http or https address. Anything
 * else, HTML above all, is text. No expression here can backtrack far: every
 * repeat is of one negated class with a bound.
 */
const INLINE =
  /`([^`\n]{1,1000})`|\*\*([^*\n]{1,1000})\*\*|(?<![\w*])\*([^*\s][^*\n]{0,1000})\*|(?<!\w)_([^_\s][^_\n]{0,1000})_(?!\w)|\[([^\]\n]{1,500})\]\((https?:\/\/[^\s()]{1,2000})\)|(https?:\/\/[^\s<>()"'`]{0,2000}[^\s<>()"'`.,;:!?])/g;

export function parseInline(line: string, depth = 0): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  if (depth < DEPTH_MAX) {
    for (const match of line.matchAll(INLINE)) {
      if (match.index > from) parts.push({ kind: "text", text: line.slice(from, match.index) });
      parts.push(inlineOf(match, depth));
      from = match.index + match[0].length;
    }
  }
  if (from < line.length) parts.push({ kind: "text", text: line.slice(from) });
  return parts;
}

function inlineOf(match: RegExpMatchArray, depth: number): Inline {
  const [whole, code, strong, star, underscore, label, href, bare] = match;
  if (code !== undefined) return { kind: "code", text: code };
  if (strong !== undefined) return { kind: "strong", children: parseInline(strong, depth + 1) };
  const emphasis = star ?? underscore;
  if (emphasis !== undefined) {
    return { kind: "emphasis", children: parseInline(emphasis, depth + 1) };
  }
  if (label !== undefined && href !== undefined) {
    return { kind: "link", href, children: [{ kind: "text", text: label }] };
  }
  if (bare !== undefined) return bareLink(bare);
  return { kind: "text", text: whole };
}

function bareLink(address: string): Inline {
  return { kind: "link", href: address, children: [{ kind: "text", text: address }] };
}

import { codeBlocks } from "./code-blocks.ts";
import { type OpaqueRegion, opaqueRegions } from "./opaque-elements.ts";
import { failureAt, type ParseFailure } from "./parse-failure.ts";

/** An element that decides what a directive may do, written as one; not a mention of its name. */
const STRAY =
  /<effects?\b[^<>]{0,500}\bclass\s*=|<effects?\s*>\s*(?:read|write|destructive)\s*<|<input\s[^<>]{0,500}\bname\s*=|<permissions\s*>\s*<[a-z]/gi;
const INLINE_CODE = /(`{1,20})(?!`)[^\n]{0,500}?[^`\n]\1(?!`)/g;

/**
 * Why a file is broken that says beside its directive what must stand in it:
 * nothing there is read. `read` are the elements and the steps of the file; code
 * blocks, examples and comments only show something.
 */
export function strayElement(
  text: string,
  read: readonly OpaqueRegion[],
): ParseFailure | undefined {
  if (text.search(STRAY) < 0) return undefined;
  const blanked = blank(text, read);
  const shown = codeBlocks(blanked).filter(
    ({ start, end }) => !read.some((region) => region.start >= start && region.end <= end),
  );
  const code = blank(blanked, shown);
  const rest = blank(blank(code, opaqueRegions(code)), commentsOf(code)).replace(
    INLINE_CODE,
    blankText,
  );
  const at = rest.search(STRAY);
  if (at < 0) return undefined;
  return failureAt(text, at, {
    cause: "this element stands outside the <directive>, where it is not read",
    fix: "Move it into the <directive>: <effect> and <permissions> into its <metadata>, <input> into its <inputs>. Put an example into a code block.",
  });
}

function commentsOf(text: string): OpaqueRegion[] {
  const regions: OpaqueRegion[] = [];
  let start = text.indexOf("<!--");
  while (start >= 0) {
    const close = text.indexOf("-->", start);
    if (close < 0) break;
    regions.push({ start, end: close + 3 });
    start = text.indexOf("<!--", close);
  }
  return regions;
}

function blank(text: string, regions: readonly OpaqueRegion[]): string {
  let result = "";
  let from = 0;
  for (const { start, end } of [...regions].sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    result += text.slice(from, start) + blankText(text.slice(start, end));
    from = end;
  }
  return result + text.slice(from);
}

function blankText(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

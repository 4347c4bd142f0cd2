import { closesFence, type Fence, openingFence } from "./markdown-fence.ts";
import type { OpaqueRegion } from "./opaque-elements.ts";

/** Lines looked at for ends of blocks, per line of text: openings without an end must not add up. */
const LOOKS_PER_LINE = 2;
const LOOKS_MIN = 10_000;

/** A numbered line, as a step may begin. */
export const NUMBERED = /^(?:#{1,6}\s*)?(?:step\s*)?\d+[.):]\s+/i;
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)/;
const STEP_OPEN = /<step\b/g;
const STEP_CLOSE = /<\/step\s*>/g;

/**
 * The fenced code blocks of a text that holds steps, as CommonMark has them. A
 * step is what a list item is there: a block nobody closed ends with the step or
 * the item it began in, and does not pair with the block of a later one. A block
 * without any end is none, so that it hides no step.
 */
export function codeBlocks(text: string): OpaqueRegion[] {
  const lines = text.split("\n");
  const starts = startsOf(lines);
  const regions: OpaqueRegion[] = [];
  let looksLeft = lines.length * LOOKS_PER_LINE + LOOKS_MIN;
  let itemColumn = 0;
  for (let at = 0; at < lines.length && looksLeft > 0; at += 1) {
    const line = lines[at] ?? "";
    itemColumn = columnOfItem(line, itemColumn);
    const fence = line.includes("```") || line.includes("~~~") ? openingFence(line) : undefined;
    if (fence === undefined) continue;
    const { end, looks } = endOfBlock(lines, at, { ...fence, itemColumn });
    looksLeft -= looks;
    if (end === undefined) continue;
    regions.push({ start: starts[at] ?? 0, end: (starts[end] ?? text.length + 1) - 1 });
    at = end - 1;
  }
  return regions;
}

function startsOf(lines: readonly string[]): number[] {
  let next = 0;
  return lines.map((line) => {
    const start = next;
    next += line.length + 1;
    return start;
  });
}

/** Where the text of the list item a line is in begins; 0 when it is in none. */
function columnOfItem(line: string, column: number): number {
  const [marker] = LIST_ITEM.exec(line) ?? [];
  if (marker !== undefined) return marker.length;
  return line.trim() !== "" && indentOf(line) < column ? 0 : column;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** The first line past a block; undefined when nothing ends it. */
function endOfBlock(
  lines: readonly string[],
  opening: number,
  fence: Fence & { itemColumn: number },
): { end: number | undefined; looks: number } {
  let depth = 0;
  let endOfStep: number | undefined;
  let hasNextStep = false;
  for (let at = opening + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const looks = at - opening;
    if (leavesContainer(line, fence)) return { end: endOfStep ?? at, looks };
    if (closesFence(line, fence)) return { end: hasNextStep ? endOfStep : at + 1, looks };
    const opened = line.match(STEP_OPEN)?.length ?? 0;
    if (endOfStep === undefined) {
      depth += opened - (line.match(STEP_CLOSE)?.length ?? 0);
      if (depth < 0) endOfStep = at;
    } else {
      hasNextStep ||= opened > 0;
    }
  }
  return { end: endOfStep, looks: lines.length - opening };
}

/** Whether a line stands outside the quote or the list item a block began in. */
function leavesContainer(
  line: string,
  { isQuoted, indent, itemColumn }: Fence & { itemColumn: number },
): boolean {
  if (isQuoted) return !line.trimStart().startsWith(">");
  const isInItem = itemColumn > 0 && indent >= itemColumn;
  return isInItem && indentOf(line) < itemColumn && NUMBERED.test(line.trimStart());
}

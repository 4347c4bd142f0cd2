import { type Inline, parseInline } from "./parse-inline.ts";

/** One block of a text. */
export type Block =
  | { kind: "paragraph" | "quote"; lines: Inline[][] }
  | { kind: "heading"; level: 1 | 2 | 3 | 4; children: Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "list"; ordered: boolean; start: number; items: ListItem[] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

interface ListItem {
  depth: number;
  children: Inline[];
}

const FENCE = /^\s{0,3}(?:```|~~~)\s*([\w+#.-]*)\s*$/;
const HEADING = /^(#{1,6})\s+(.*)$/;
const ITEM = /^(\s{0,12})(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const RULE = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
const TABLE_LINE = /^[\s:|-]+$/;

/**
 * A small, safe part of Markdown as a tree: there is no HTML in it at any
 * point, so nothing has to be sanitised. A text that is still streaming parses
 * too: an open fence is code to the end.
 */
export function parseMarkdown(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at]?.trim() === "") {
      at += 1;
      continue;
    }
    const taken = takeBlock(lines, at);
    blocks.push(taken.block);
    at = taken.next;
  }
  return blocks;
}

interface Taken {
  block: Block;
  next: number;
}

function takeBlock(lines: string[], at: number): Taken {
  const line = lines[at] ?? "";
  const fence = FENCE.exec(line);
  if (fence !== null) return takeCode(lines, at, fence[1] ?? "");
  const heading = HEADING.exec(line);
  if (heading !== null) {
    const level = Math.min((heading[1] ?? "#").length, 4) as 1 | 2 | 3 | 4;
    return {
      block: { kind: "heading", level, children: parseInline(heading[2] ?? "") },
      next: at + 1,
    };
  }
  if (RULE.test(line)) return { block: { kind: "rule" }, next: at + 1 };
  if (ITEM.test(line)) return takeList(lines, at);
  if (line.includes("|") && isTableLine(lines[at + 1] ?? "")) return takeTable(lines, at);
  return takeLines(lines, at);
}

function takeCode(lines: string[], at: number, language: string): Taken {
  let end = at + 1;
  while (end < lines.length && !FENCE.test(lines[end] ?? "")) end += 1;
  const text = lines.slice(at + 1, end).join("\n");
  return { block: { kind: "code", language, text }, next: end + 1 };
}

function takeList(lines: string[], at: number): Taken {
  const first = ITEM.exec(lines[at] ?? "");
  const items: ListItem[] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const match = ITEM.exec(lines[next] ?? "");
    if (match === null) break;
    const depth = Math.min(3, Math.floor((match[1] ?? "").length / 2));
    items.push({ depth, children: parseInline(match[3] ?? "") });
  }
  const number = first?.[2];
  const start = number === undefined ? 1 : Number(number);
  return { block: { kind: "list", ordered: number !== undefined, start, items }, next };
}

function takeTable(lines: string[], at: number): Taken {
  const rows: Inline[][][] = [];
  let next = at + 2;
  for (; next < lines.length && (lines[next] ?? "").includes("|"); next += 1) {
    rows.push(cellsOf(lines[next] ?? ""));
  }
  return { block: { kind: "table", head: cellsOf(lines[at] ?? ""), rows }, next };
}

function cellsOf(line: string): Inline[][] {
  const trimmed = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return trimmed.split("|").map((cell) => parseInline(cell.trim()));
}

function takeLines(lines: string[], at: number): Taken {
  const kind = isQuote(lines[at] ?? "") ? "quote" : "paragraph";
  let next = at + 1;
  while (next < lines.length && continues(lines[next] ?? "", kind)) next += 1;
  const taken = lines.slice(at, next).map((line) => parseInline(line.replace(/^\s*>\s?/, "")));
  return { block: { kind, lines: taken }, next };
}

function continues(line: string, kind: "quote" | "paragraph"): boolean {
  if (line.trim() === "" || FENCE.test(line) || HEADING.test(line) || ITEM.test(line)) return false;
  return isQuote(line) === (kind === "quote");
}

function isQuote(line: string): boolean {
  return line.trimStart().startsWith(">");
}

/** The line of dashes between a table's head and its rows. */
function isTableLine(line: string): boolean {
  return line.includes("-") && TABLE_LINE.test(line);
}

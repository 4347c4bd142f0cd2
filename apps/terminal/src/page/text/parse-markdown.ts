import type { Token } from "markdown-it";
import { createMarkdownParser, NESTING_MAX } from "./create-markdown-parser.ts";
import type { Block, Inline } from "./markdown-tree.ts";
import { type NestedToken, nestTokens } from "./nest-tokens.ts";

/** The blocks of a text, and where in it the last of them begins. */
export interface ParsedMarkdown {
  blocks: Block[];
  lastStart: number;
}

/**
 * Markdown as a tree to build elements from: there is no HTML in it at any
 * point, so nothing has to be sanitised. A text that is still streaming parses
 * too: an open fence is code to the end.
 */
export function parseMarkdown(text: string): Block[] {
  return readMarkdown(text).blocks;
}

const parser = createMarkdownParser();

export function readMarkdown(text: string): ParsedMarkdown {
  const tokens = parser.parse(text);
  if (tokens.some(({ level }) => level >= NESTING_MAX - 1)) return asWritten(text);
  const nested = nestTokens(tokens);
  const line = nested.at(-1)?.token.map?.[0] ?? 0;
  return { blocks: blocksOf(nested), lastStart: startOfLine(text, line) };
}

/** Nothing a person writes is nested this deep; it is shown rather than cut. */
function asWritten(text: string): ParsedMarkdown {
  return { blocks: [{ kind: "code", language: "", text }], lastStart: 0 };
}

function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let passed = 0; passed < line; passed += 1) {
    at = text.indexOf("\n", at) + 1;
    if (at === 0) return 0;
  }
  return at;
}

function blocksOf(nested: NestedToken[]): Block[] {
  return nested.flatMap((each) => blockOf(each) ?? []);
}

function blockOf({ token, children }: NestedToken): Block | null {
  switch (token.type) {
    case "paragraph_open":
      return { kind: "paragraph", tight: token.hidden, children: textOf(children) };
    case "heading_open":
      return { kind: "heading", level: levelOf(token.tag), children: textOf(children) };
    case "blockquote_open":
      return { kind: "quote", blocks: blocksOf(children) };
    case "fence":
    case "code_block":
      return {
        kind: "code",
        language: /^\S*/.exec(token.info.trim())?.[0] ?? "",
        text: token.content.replace(/\n$/, ""),
      };
    case "bullet_list_open":
    case "ordered_list_open":
      return {
        kind: "list",
        ordered: token.type === "ordered_list_open",
        start: Number(attributeOf(token, "start") || 1),
        items: children.map((item) => blocksOf(item.children)),
      };
    case "table_open":
      return tableOf(children);
    case "hr":
      return { kind: "rule" };
    default:
      return null;
  }
}

function levelOf(tag: string): 1 | 2 | 3 | 4 {
  const level = Number(tag.slice(1));
  return level === 1 || level === 2 || level === 3 ? level : 4;
}

function tableOf(parts: NestedToken[]): Block {
  const rowsOf = (part: NestedToken | undefined) =>
    (part?.children ?? []).map((row) => row.children.map((cell) => textOf(cell.children)));
  const [head, body] = parts;
  return { kind: "table", head: rowsOf(head)[0] ?? [], rows: rowsOf(body) };
}

/** What stands inside a paragraph, a heading or a cell. */
function textOf(nested: NestedToken[]): Inline[] {
  return nested.flatMap(({ token }) => inlinesOf(nestTokens(token.children ?? [])));
}

function inlinesOf(nested: NestedToken[]): Inline[] {
  return nested.flatMap((each) => inlineOf(each) ?? []);
}

function inlineOf({ token, children }: NestedToken): Inline | null {
  switch (token.type) {
    case "text":
    case "text_special":
      return token.content === "" ? null : { kind: "text", text: token.content };
    case "softbreak":
    case "hardbreak":
      return { kind: "text", text: "\n" };
    case "code_inline":
      return { kind: "code", text: token.content };
    case "strong_open":
      return { kind: "strong", children: inlinesOf(children) };
    case "em_open":
      return { kind: "emphasis", children: inlinesOf(children) };
    case "s_open":
      return { kind: "deleted", children: inlinesOf(children) };
    case "link_open":
      return { kind: "link", href: attributeOf(token, "href"), children: inlinesOf(children) };
    default:
      return token.content === "" ? null : { kind: "text", text: token.content };
  }
}

function attributeOf(token: Token, wanted: string): string {
  return String(token.attrs?.find(([name]) => name === wanted)?.[1] ?? "");
}

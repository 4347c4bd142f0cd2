import MarkdownIt from "markdown-it";

export interface MarkdownDescription {
  /** Its first heading; undefined when it has none. */
  title: string | undefined;
  /** Its first paragraph, cut to what a list shows; "" when it has none. */
  description: string;
}

/**
 * What is read of a text: its first blocks are near its start, and whole files of
 * a megabyte would be parsed in the way of other work.
 */
const HEAD_CHARACTERS_MAX = 16_384;
const DESCRIPTION_CHARACTERS_MAX = 280;
/** Of one block, before what is only Markdown's is taken off. */
const BLOCK_CHARACTERS_MAX = 1_000;

type Token = ReturnType<InstanceType<typeof MarkdownIt>["parse"]>[number];

/** What its links refer to, filled as blocks are read. */
type References = Record<string, unknown>;

/** CommonMark and tables; the words of a block are read only where they are wanted. */
const blocks = new MarkdownIt("default", { html: true });
blocks.core.ruler.enableOnly(["normalize", "block"]);
const words = new MarkdownIt("default", { html: true });

/** The title and description a text gives itself. They are plain text, on one line. */
export function describeMarkdown(text: string): MarkdownDescription {
  const references: References = {};
  const tokens = blocks.parse(text.slice(0, HEAD_CHARACTERS_MAX), references);
  const wordsAt = (at: number): string => plainText(tokens[at]?.content ?? "", references);
  const first = (isWanted: (token: Token) => boolean): string => {
    for (const [at, token] of tokens.entries()) {
      if (token.type !== "inline" || !isWanted(tokens[at - 1] ?? token)) continue;
      const found = wordsAt(at);
      if (found !== "") return found;
    }
    return "";
  };
  const title = first(({ type, level }) => type === "heading_open" && level === 0);
  const description =
    first(({ type, level }) => type === "paragraph_open" && level === 0) ||
    first(({ type }) => type === "paragraph_open");
  return {
    title: title || titleOfHtml(tokens),
    description: description.slice(0, DESCRIPTION_CHARACTERS_MAX).replace(/[\uD800-\uDBFF]$/, ""),
  };
}

/** The centred heading with which many a text begins. */
function titleOfHtml(tokens: readonly Token[]): string | undefined {
  for (const { type, content } of tokens) {
    if (type !== "html_block") continue;
    const [, inner = ""] = /<h1\b[^>]{0,500}>([\s\S]{1,500}?)<\/h1>/i.exec(content) ?? [];
    const title = plainText(inner, {});
    if (title !== "") return title;
  }
  return undefined;
}

/** A block's words without emphasis, links, pictures and comments. */
function plainText(content: string, references: References): string {
  if (OBSIDIAN_COMMENT.test(content)) return "";
  const [line] = words.parseInline(content.slice(0, BLOCK_CHARACTERS_MAX), references);
  const parts = line?.children?.map(wordsOf) ?? [];
  return parts.join("").replace(/\s+/g, " ").trim();
}

const OBSIDIAN_COMMENT = /^%%[^%]*%%$/;
/** Tags of HTML only mark words up; anything else in angle brackets stands for something. */
const MARKUP =
  /^(?:<!--|<\/|<(?:a|abbr|b|br|code|del|em|font|i|img|ins|kbd|mark|s|small|span|strong|sub|sup|u)\b)/i;

function wordsOf({ type, content }: Token): string {
  switch (type) {
    case "text":
    case "text_special":
    case "code_inline":
      return content;
    case "softbreak":
    case "hardbreak":
      return " ";
    case "html_inline":
      return MARKUP.test(content) ? (/^<br\b/i.test(content) ? " " : "") : content;
    default:
      return "";
  }
}

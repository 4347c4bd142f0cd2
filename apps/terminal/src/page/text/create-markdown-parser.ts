import MarkdownIt, { type Token } from "markdown-it";

/** Deeper than this the library drops text, which is never right; see `parseMarkdown`. */
export const NESTING_MAX = 40;

/**
 * CommonMark with tables, deletions and bare web addresses. HTML is text, and
 * so are links to anything but http and https. No picture is fetched.
 */
export function createMarkdownParser(): { parse(text: string): Token[] } {
  const markdown = new MarkdownIt("commonmark", {
    html: false,
    linkify: true,
    maxNesting: NESTING_MAX,
  });
  markdown.enable(["table", "strikethrough", "linkify"]).disable("image");
  markdown.validateLink = (address) => /^https?:\/\//i.test(address);
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  for (const schema of ["ftp:", "//", "mailto:"]) markdown.linkify.add(schema, null);
  return { parse: (text) => markdown.parse(text, {}) };
}

/** What a page shows as code. */
export interface PageCode {
  /** Each line of what is fenced, also within a list. */
  fenced: string[];
  /** Each piece between backquotes. */
  inline: string[];
}

const FENCE = /^ *```\w*\n([\s\S]*?)^ *```/gm;

export function codeIn(text: string): PageCode {
  const blocks = [...text.matchAll(FENCE)].map(([, code = ""]) => code);
  const lines = blocks.flatMap((code) => code.split("\n")).map((line) => line.trim());
  const inline = [...text.replaceAll(FENCE, "").matchAll(/`([^`]+)`/g)];
  return {
    fenced: lines.filter((line) => line !== ""),
    inline: inline.map(([, code = ""]) => code.replaceAll(/\s*\n\s*/g, " ").trim()),
  };
}

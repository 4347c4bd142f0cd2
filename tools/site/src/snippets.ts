/**
 * A block of code of a page that is pulled from a file: its fence names the file, and the region of it
 * where it is not the whole (```` ```sh file=examples/start/ten-minutes.sh#make ````). What stands in the
 * page is a copy, so that it can be read wherever the page is read; `npm run docs:snippets` renews it.
 */
export interface Snippet {
  /** The fence's opening line. */
  opening: string;
  language: string;
  /** Undefined: the block names no file. */
  file: string | undefined;
  region: string | undefined;
  code: string;
}

const BLOCK = /^(?<fence>`{3,}|~{3,})(?<info>[^\n]*)\n(?<code>[\s\S]*?)^\k<fence>[ \t]*$/gm;

/** Every fenced block of a page. */
export function snippetsOf(page: string): Snippet[] {
  return [...page.matchAll(BLOCK)].map(({ groups = {} }) => {
    const info = groups["info"] ?? "";
    const named = /\bfile=([^\s#]+)(?:#(\S+))?/.exec(info);
    return {
      opening: `${groups["fence"] ?? ""}${info}`,
      language: info.trim().split(/\s/)[0] ?? "",
      file: named?.[1],
      region: named?.[2],
      code: groups["code"] ?? "",
    };
  });
}

/** The page with every block that names a file as that file is now. */
export function renewSnippets(page: string, read: (path: string) => string): string {
  return page.replaceAll(BLOCK, (whole, fence: string, info: string) => {
    const named = /\bfile=([^\s#]+)(?:#(\S+))?/.exec(info);
    if (named?.[1] === undefined) return whole;
    return `${fence}${info}\n${regionOf(read(named[1]), named[2], named[1])}${fence}`;
  });
}

/** A region of a file: from `#region name` in a comment to the next `#endregion`, or all of it. Regions do not nest. */
export function regionOf(text: string, region: string | undefined, file: string): string {
  const lines = text.replaceAll("\r\n", "\n").trimEnd().split("\n");
  if (region === undefined) return `${lines.join("\n")}\n`;
  const from = lines.findIndex((line) => new RegExp(`#region ${region}\\s*(?:-->)?$`).test(line));
  const to = lines.findIndex((line, at) => at > from && line.includes("#endregion"));
  if (from === -1 || to === -1) throw new Error(`${file} has no region "${region}".`);
  return `${dedented(lines.slice(from + 1, to)).join("\n")}\n`;
}

function dedented(lines: readonly string[]): string[] {
  const margins = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  return lines.map((line) => line.slice(Math.min(...margins)));
}

import { posix } from "node:path";

/** What a page may be made of. */
export interface Sources {
  /** Whether a page of the site is at this path of docs/. */
  isPage(path: string): boolean;
}

/**
 * A page of docs/ as the site takes it: links that lead out of docs/ become the path that they lead to,
 * and fences keep their language alone.
 */
export function stagePage(path: string, text: string, sources: Sources): string {
  const folder = posix.dirname(path);
  return outsideOfCode(text, (part) =>
    part.replaceAll(
      /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g,
      (whole, mark: string, says: string, to: string) => {
        if (/^(?:[a-z]+:|#|\/)/.test(to) || mark === "!") return whole;
        const target = posix.normalize(posix.join(folder, to.replace(/#.*$/, "")));
        if (sources.isPage(target)) return whole;
        const isFile = posix.normalize(posix.join("docs", target));
        return says.includes("`") ? says : `${says} (\`${isFile}\`)`;
      },
    ),
  );
}

/** What stands in a fence stays as it is. */
function outsideOfCode(text: string, change: (part: string) => string): string {
  const parts = text.split(/(^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\2[ \t]*$)/gm);
  const fence = (part: string): string => part.replace(/^([`~]+\S*) file=\S+$/m, "$1");
  return parts
    .map((part, at) => (at % 3 === 0 ? change(part) : at % 3 === 1 ? fence(part) : ""))
    .join("");
}

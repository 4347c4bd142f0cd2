import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/**
 * What is wrong with a built site: links and pictures that lead nowhere, places of a page that it does
 * not have, and whatever a reader's browser would fetch from elsewhere.
 */
export function siteProblems(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const pages = files.filter((path) => path.endsWith(".html"));
  const idsOf = memoized((path) => idsIn(readFileSync(join(folder, path), "utf8")));
  const styles = files.filter((path) => path.endsWith(".css"));
  return [
    ...pages.flatMap((path) => {
      const text = readFileSync(join(folder, path), "utf8");
      const leads = [...linksIn(text), ...fetchedIn(text)];
      const lost = leads.filter((to) => !leadsSomewhere(folder, { page: path, to, idsOf }));
      const foreign = fetchedIn(text).filter((to) => /^(?:https?:)?\/\//.test(to));
      return [
        ...lost.map((to) => `${path}: ${to} leads nowhere`),
        ...foreign.map((to) => `${path}: ${to} is fetched from elsewhere`),
      ];
    }),
    ...styles.flatMap((path) =>
      [...readFileSync(join(folder, path), "utf8").matchAll(/url\(["']?((?:https?:)?\/\/[^"')]+)/g)]
        .map(([, to = ""]) => to)
        .map((to) => `${path}: ${to} is fetched from elsewhere`),
    ),
  ];
}

interface Lead {
  page: string;
  to: string;
  idsOf(page: string): ReadonlySet<string>;
}

function leadsSomewhere(folder: string, { page, to, idsOf }: Lead): boolean {
  if (/^(?:[a-z]+:|\/\/)/.test(to)) return true;
  const [path = "", place = ""] = to.split("#");
  const target = path === "" ? page : fileOf(folder, { page, path });
  if (target === undefined) return false;
  const name = decodeURIComponent(place);
  return name === "" || !target.endsWith(".html") || idsOf(target).has(name);
}

/** The file that an address is served from: pages are named without their extension. */
function fileOf(
  folder: string,
  { page, path }: { page: string; path: string },
): string | undefined {
  const plain = decodeURIComponent(path.replace(/\?.*$/, ""));
  const from = plain.startsWith("/") ? plain.slice(1) : posix.join(dirname(page), plain);
  const candidates = [from, `${from.replace(/\/$/, "")}.html`, posix.join(from, "index.html")];
  return candidates.find((file) => existsSync(join(folder, file)) && isFile(join(folder, file)));
}

function isFile(path: string): boolean {
  return statSync(path).isFile();
}

function linksIn(text: string): string[] {
  return [...text.matchAll(/<a\b[^>]*\shref="([^"]*)"/g)].map(([, to = ""]) => unescaped(to));
}

function fetchedIn(text: string): string[] {
  const tags =
    /<(?:img|script|iframe|source|video|audio|object)\b[^>]*\s(?:src|data)="([^"]*)"|<link\b[^>]*\shref="([^"]*)"/g;
  return [...text.matchAll(tags)]
    .map(([, source, link]) => unescaped(source ?? link ?? ""))
    .filter((to) => !to.startsWith("data:"));
}

function idsIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => unescaped(id)));
}

function unescaped(text: string): string {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'");
}

function memoized<T>(read: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    const held = known.get(path) ?? read(path);
    known.set(path, held);
    return held;
  };
}

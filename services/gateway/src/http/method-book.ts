/** Which methods each address takes, so that a wrong one is told from a wrong address. */
export interface MethodBook {
  add(route: { method: string | string[]; url: string }): void;
  /** Of the path without its query; empty where there is nothing. */
  allowedAt(path: string): string[];
}

export function createMethodBook(): MethodBook {
  const methods = new Map<string, Set<string>>();
  return {
    add({ method, url }) {
      // What answers for every address below it is a page's files, not an address.
      if (url.includes("*")) return;
      const taken = methods.get(url) ?? new Set();
      for (const each of [method].flat()) taken.add(each);
      methods.set(url, taken);
    },
    allowedAt(path) {
      const found = [...methods].filter(([url]) => isAt(path, url));
      return [...new Set(found.flatMap(([, taken]) => [...taken]))].toSorted();
    },
  };
}

function isAt(path: string, url: string): boolean {
  const [parts, wanted] = [path, url].map((address) => address.replace(/\/$/, "").split("/"));
  if (parts === undefined || wanted === undefined || parts.length !== wanted.length) return false;
  return wanted.every(
    (part, at) => part === parts[at] || (part.startsWith(":") && parts[at] !== ""),
  );
}

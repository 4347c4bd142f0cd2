import type { BrokenItem } from "@lilux/protocol";
import type { ListedItem, ListedLibrary } from "../state/terminal-state.ts";
import { isRecord } from "../text/result-kind.ts";

const DEADLINE_MS = 10_000;
const ITEMS_MAX = 1_000;
/** Asked for again at most so often: words are typed a letter at a time. */
const FRESH_MS = 5_000;

/** Lists the library over REST. Rejects when it cannot be had. */
export function createLibraryList(apiKey: string | null): () => Promise<ListedLibrary> {
  let newest: { at: number; listed: Promise<ListedLibrary> } | undefined;
  return () => {
    const now = performance.now();
    if (newest === undefined || now - newest.at > FRESH_MS) {
      const listed = list(apiKey);
      newest = { at: now, listed };
      listed.catch(() => {
        newest = undefined;
      });
    }
    return newest.listed;
  };
}

async function list(apiKey: string | null): Promise<ListedLibrary> {
  const address = new URL("v1/items", document.baseURI);
  address.searchParams.set("limit", String(ITEMS_MAX));
  const response = await fetch(address, {
    headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const body: unknown = await response.json();
  if (!response.ok || !isRecord(body) || !Array.isArray(body["items"])) {
    throw new Error("the library was not listed");
  }
  const total = typeof body["total"] === "number" ? body["total"] : body["items"].length;
  const broken = Array.isArray(body["broken"]) ? (body["broken"] as BrokenItem[]) : [];
  return { items: body["items"] as ListedItem[], total, broken };
}

import { createParser, type ItemType, itemTypeOf, LiluxError, TeachListed } from "@lilux/protocol";
import type { RestClient } from "../rest-client.ts";

type Known = TeachListed["items"][number];

const PAGE = 100;
const parser = createParser(TeachListed, "the instance's answer", "internal");

/** What is known of the library's phrasings, whole: pages are put together. */
export async function listPhrasings(client: RestClient, item?: ItemName): Promise<TeachListed> {
  const named = item === undefined ? "" : `&${queryOf(item)}`;
  const items: Known[] = [];
  for (let offset: number | undefined = 0; ; ) {
    const path: string = `/v1/phrasings?limit=${PAGE}&offset=${offset}${named}`;
    const page: TeachListed = parser.parse(await client.request({ path }));
    items.push(...page.items);
    offset = page.nextOffset;
    if (offset === undefined) return { ...page, items };
  }
}

export interface ItemName {
  item_type: ItemType;
  item_id: string;
}

export function queryOf({ item_type, item_id }: ItemName): string {
  return `item_type=${item_type}&item_id=${encodeURIComponent(item_id)}`;
}

/** `script:ops/flush`, as lists name items. */
export function itemNameOf(text: string): ItemName {
  const at = text.indexOf(":");
  const item_type = at < 0 ? undefined : itemTypeOf(text.slice(0, at));
  const item_id = text.slice(at + 1);
  if (item_type !== undefined && item_id !== "") return { item_type, item_id };
  throw new LiluxError("invalid_request", {
    message: `${text}: an item is named by its type and id, such as script:ops/flush.`,
    details: { field: "item" },
  });
}

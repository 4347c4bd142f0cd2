import type { ItemList } from "@lilux/protocol";

/** A part of an item list that fits into one message with room to spare. */
export interface ItemPage {
  items: ItemList["items"];
  broken: ItemList["broken"];
}

const PAGE_CHARACTERS = 512 * 1024;

/** Splits a list; an empty one is one empty page, so that its version still arrives. */
export function* itemPages({ items, broken }: ItemList): Generator<ItemPage> {
  let page: ItemPage = { items: [], broken: [] };
  let characters = 0;
  for (const entry of items) {
    page.items.push(entry);
    characters += JSON.stringify(entry).length;
    if (characters < PAGE_CHARACTERS) continue;
    yield page;
    page = { items: [], broken: [] };
    characters = 0;
  }
  for (const entry of broken) {
    page.broken.push(entry);
    characters += JSON.stringify(entry).length;
    if (characters < PAGE_CHARACTERS) continue;
    yield page;
    page = { items: [], broken: [] };
    characters = 0;
  }
  yield page;
}

import type { ItemSummary } from "@lilux/protocol";

/** An item of a test's library, from `type:category/id` and what matters to the test. */
export function itemSummary(name: string, given: Partial<ItemSummary> = {}): ItemSummary {
  const [type = "", qualified = ""] = name.split(":");
  const parts = qualified.split("/");
  const id = parts.at(-1) ?? "";
  return {
    item_type: type as ItemSummary["item_type"],
    item_id: id,
    qualified_id: qualified,
    name: id,
    description: "",
    category: parts.slice(0, -1).join("/"),
    source: "project",
    version: "1.0.0",
    tags: [],
    inputs: [],
    effect: "write",
    content_hash: "",
    ...given,
  };
}

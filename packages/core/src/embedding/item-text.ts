import type { ItemSummary } from "@lilux/protocol";

type ItemTextParts = Pick<ItemSummary, "item_type" | "name" | "description" | "tags"> & {
  inputs: readonly { name: string }[];
};

const SEPARATORS = /[_\-/]+/g;

/**
 * The text an item is embedded by, `directive: deploy staging. Ships the build.
 * inputs: branch. tags: release`, parts without content left out. Training
 * builds exactly the same string (training/router/lilux_router/item_text.py).
 */
export function itemTextOf(item: ItemTextParts): string {
  const parts = [`${item.item_type}: ${item.name.replace(SEPARATORS, " ").trim()}`];
  const description = item.description.trim().replace(/\.+$/, "");
  if (description !== "") parts.push(description);
  if (item.inputs.length > 0) {
    parts.push(`inputs: ${item.inputs.map((input) => input.name).join(", ")}`);
  }
  if (item.tags.length > 0) parts.push(`tags: ${item.tags.join(", ")}`);
  return parts.join(". ");
}

import type { ItemSummary, RegistryOrigin } from "@lilux/protocol";
import type { ParsedItem } from "../parse/parsed-item.ts";
import type { SignedVersion } from "./signed-version.ts";

/** An item with its file as it is now. */
export interface OpenedItem {
  item: ItemSummary;
  parsed: ParsedItem;
  text: string;
  path: string;
  /** Of content that a publisher signed: whose, and which version. */
  registry?: RegistryOrigin | undefined;
  /** What it was verified by; only straight from the registry. */
  signed?: SignedVersion;
  warnings?: string[];
}

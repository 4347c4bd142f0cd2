import type { ItemSummary, RegistryOrigin } from "@lilux/protocol";
import type { ParsedItem } from "../parse/parsed-item.ts";
import type { ContentOrigin } from "../provenance/provenance-file.ts";
import type { SignedVersion } from "./signed-version.ts";

/** An item with its file as it is now. */
export interface OpenedItem {
  item: ItemSummary;
  parsed: ParsedItem;
  text: string;
  path: string;
  /** Where its text comes from, as far as that is on record. */
  origin?: ContentOrigin | undefined;
  /** Of the texts that its steps can reach, each with its item. */
  reached: readonly string[];
  /** Of content that a publisher signed: whose, and which version. */
  registry?: RegistryOrigin | undefined;
  /** What it was verified by; only straight from the registry. */
  signed?: SignedVersion;
  warnings?: string[];
}

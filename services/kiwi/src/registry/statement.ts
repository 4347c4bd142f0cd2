import type { ItemType } from "@lilux/protocol";

/** What a publisher signs. */
export interface Statement {
  namespace: string;
  itemType: ItemType;
  qualifiedId: string;
  version: string;
  /** sha256 (hex) of the normalised text. */
  sha256: string;
  publishedAt: Date;
}

/**
 * The bytes that are signed: UTF-8 lines in this order, each ended by `\n`. No
 * value can hold a line end, so that no two statements have the same bytes.
 * docs/operations/registry.md has the format for others who verify.
 */
export function statementBytes(statement: Statement): Buffer {
  const { namespace, itemType, qualifiedId, version, sha256, publishedAt } = statement;
  const lines = [
    "lilux-registry-statement/v1",
    `namespace: ${namespace}`,
    `item_type: ${itemType}`,
    `qualified_id: ${qualifiedId}`,
    `version: ${version}`,
    `sha256: ${sha256}`,
    `published_at: ${publishedAt.toISOString()}`,
  ];
  if (lines.some((line) => /[\r\n]/.test(line))) throw new Error("a value holds a line end");
  return Buffer.from(`${lines.join("\n")}\n`, "utf8");
}

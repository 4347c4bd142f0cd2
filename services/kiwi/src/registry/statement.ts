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
  /** What is said beside the text; null for what is not. */
  license: string | null;
  sourceRepository: string | null;
  sourceCommit: string | null;
  builtBy: string | null;
}

/**
 * The bytes that are signed: UTF-8 lines in this order, each ended by `\n`. No
 * value can hold a line end, so that no two statements have the same bytes.
 * docs/operations/registry.md has the format for others who verify.
 */
export function statementBytes(statement: Statement): Buffer {
  const { namespace, itemType, qualifiedId, version, sha256, publishedAt } = statement;
  const facts = factLines(statement);
  const lines = [
    facts.length === 0 ? "lilux-registry-statement/v1" : "lilux-registry-statement/v2",
    `namespace: ${namespace}`,
    `item_type: ${itemType}`,
    `qualified_id: ${qualifiedId}`,
    `version: ${version}`,
    `sha256: ${sha256}`,
    `published_at: ${publishedAt.toISOString()}`,
    ...facts,
  ];
  if (lines.some((line) => /[\r\n]/.test(line))) throw new Error("a value holds a line end");
  return Buffer.from(`${lines.join("\n")}\n`, "utf8");
}

/** Of those that are said, in this order. A version that says none is signed as it always was. */
function factLines({ license, sourceRepository, sourceCommit, builtBy }: Statement): string[] {
  const facts = [
    ["license", license],
    ["source_repository", sourceRepository],
    ["source_commit", sourceCommit],
    ["built_by", builtBy],
  ] as const;
  return facts.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
}

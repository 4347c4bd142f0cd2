/** A knowledge entry's text without the metadata block at its head. */
export function withoutFrontMatter(content: string): string {
  if (!content.startsWith("---\n")) return content;
  const end = content.indexOf("\n---", 3);
  if (end < 0) return content;
  const after = content.indexOf("\n", end + 1);
  return after < 0 ? "" : content.slice(after + 1).trimStart();
}

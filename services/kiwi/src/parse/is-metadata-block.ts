/** Keys that only a knowledge entry has. */
const DECISIVE_KEYS = ["zettel_id", "entry_type"];

/** Keys an entry may have. Blocks of other programs have some of these and others besides. */
const ENTRY_KEYS = new Set([
  ...DECISIVE_KEYS,
  ...["id", "name", "title", "description", "version", "category", "tags", "author"],
  ...["examples", "when_to_use", "trigger"],
  ...["created_at", "updated_at", "validated_at", "content_hash"],
  ...["references", "extends", "used_by"],
]);

/**
 * Whether a block of YAML that comes first is the entry's metadata, not what the
 * entry is about: a job, a manifest, a schema. Those too have an `id`, `name`,
 * `title` or `version`, so a block must have a key of entries alone; or none but
 * an entry's keys, and name this entry by its id, or by the heading above it, or
 * have no heading above it that could introduce an example.
 */
export function isMetadataBlock(
  yaml: string,
  { id, ownText }: { id: string; ownText: string },
): boolean {
  const keys = topLevelKeys(yaml.slice(0, LOOKED_AT_MAX));
  if (DECISIVE_KEYS.some((key) => keys.has(key))) return true;
  if (keys.size === 0 || [...keys.keys()].some((key) => !ENTRY_KEYS.has(key))) return false;
  if (isId(keys.get("id"), id)) return true;
  const says = (...names: string[]): boolean => names.some((name) => keys.has(name));
  if (isId(keys.get("name"), id)) return says("category", "title", "tags");
  if (says("id", "name") || !says("title", "tags")) return false;
  return ownText.trim() === "" || headingWords(ownText) === keys.get("title")?.normalize();
}

/** Metadata is not longer. */
const LOOKED_AT_MAX = 32_768;
const TOP_LEVEL = /^["']?([A-Za-z][\w-]*)["']?[ \t]*:(?:[ \t]+(.*))?$/gm;

/** Keys and what stands on their lines, read as text: a block that is no YAML has keys too. */
function topLevelKeys(yaml: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [, key = "", value = ""] of yaml.matchAll(TOP_LEVEL)) {
    keys.set(key.toLowerCase(), value.trim().replace(/^(["'])(.*)\1$/, "$2"));
  }
  return keys;
}

function isId(given: string | undefined, id: string): boolean {
  const declared = given?.normalize();
  return declared === id.normalize() || declared?.endsWith(`/${id.normalize()}`) === true;
}

function headingWords(heading: string): string {
  return heading.replace(/^[\s#]+|[\s#=]+$/g, "").normalize();
}

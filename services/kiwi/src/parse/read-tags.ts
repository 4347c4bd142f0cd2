/** The most an entry's tags may hold, whatever they are nested in. */
const TAGS_READ_MAX = 1_000;
const NAMES = ["name", "tag", "label", "title", "id"];

/**
 * The tags metadata gives: a list; a text with commas, or else spaces, between
 * them; a mapping of tag to true or nothing, or of a kind to tags. An entry of a
 * list may be a mapping that names its tag.
 */
export function readTags(given: unknown): string[] {
  const tags = typeof given === "string" ? tagsOfText(given) : tagsOfValue(given);
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ""))];
}

function tagsOfText(text: string): string[] {
  const inner = text.trim().replace(/^\[|\]$/g, "");
  const separator = /[,;\n]/.test(inner.trim()) ? /[,;\n]/ : /\s+/;
  return inner.split(separator).map((tag) => tag.trim().replace(/^["'#]+|["']+$/g, ""));
}

function tagsOfValue(given: unknown): string[] {
  if (typeof given === "string") return [given];
  if (Array.isArray(given)) {
    return given.slice(0, TAGS_READ_MAX).flatMap((entry: unknown) => tagsOfEntry(entry));
  }
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given)
    .slice(0, TAGS_READ_MAX)
    .flatMap(([key, value]) =>
      isFlag(value) ? [key] : value === "false" ? [] : tagsOfValue(value),
    );
}

function tagsOfEntry(entry: unknown): string[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry))
    return tagsOfValue(entry);
  const fields: Readonly<Record<string, unknown>> = { ...entry };
  const name = NAMES.find((key) => typeof fields[key] === "string");
  return name === undefined ? tagsOfValue(entry) : tagsOfValue(fields[name]);
}

function isFlag(value: unknown): boolean {
  return value === null || value === "true" || value === "yes";
}

import { ParseFailure } from "../parse/parse-failure.ts";
import { ITEM_KINDS, type ItemPlace, isSkippedFile, isSkippedFolder } from "./item-place.ts";

/** Endings that people and programs give to what a kind's files are. */
const ALIKE: Readonly<Record<string, readonly string[]>> = {
  ".md": [".md", ".markdown", ".mdown", ".mkdn", ".mkd", ".mdwn", ".mdx", ".md.txt"],
  ".py": [".py", ".pyw", ".py3", ".py.txt"],
};

/**
 * The place of a file that was meant as an item and is none, for its ending
 * alone. Undefined for what merely lies beside items.
 */
export function misnamedPlaceOf(path: string): ItemPlace | undefined {
  const [folder = "", ...rest] = path.split("/");
  const kind = ITEM_KINDS[folder];
  const file = rest.at(-1);
  if (kind === undefined || file === undefined || isSkippedFile(file)) return undefined;
  if (rest.slice(0, -1).some(isSkippedFolder) || endingOf(file, kind.extension) === undefined) {
    return undefined;
  }
  const qualified_id = rest.join("/").normalize();
  const category = rest.slice(0, -1).join("/").normalize();
  return { item_type: kind.item_type, item_id: file.normalize(), category, qualified_id, path };
}

/** Throws `ParseFailure` for a file that can be no item by its name. */
export function assertName({ path }: ItemPlace): void {
  const [folder = "", ...rest] = path.split("/");
  const extension = ITEM_KINDS[folder]?.extension ?? "";
  const file = rest.at(-1) ?? "";
  const ending = endingOf(file, extension);
  if (ending !== undefined && ending !== extension) {
    const name = file.slice(0, -ending.length) + extension;
    throw new ParseFailure({
      cause: `the file's name ends in "${ending}", and only "${extension}" is read`,
      fix: `Rename it to ${name}.`,
    });
  }
  if (!path.includes("\\")) return;
  throw new ParseFailure({
    cause: "the file's path holds a backslash, which no id may",
    fix: "Rename it; folders are made with folders, and ids have / between them.",
  });
}

/** The longest ending like a kind's that a name has, as it is written there. */
function endingOf(file: string, extension: string): string | undefined {
  const lower = file.toLowerCase();
  const found = (ALIKE[extension] ?? [])
    .filter((ending) => lower.endsWith(ending) && lower.length > ending.length)
    .sort((a, b) => b.length - a.length)[0];
  return found === undefined ? undefined : file.slice(-found.length);
}

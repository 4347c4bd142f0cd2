/** What a written value is, as far as its form alone says so. */
export type ValueKind =
  | "number"
  | "quantity"
  | "date"
  | "month"
  | "time"
  | "email"
  | "url"
  | "path"
  | "identifier";

const FORMS: readonly (readonly [ValueKind, RegExp])[] = [
  ["email", /^[^\s@<>]+@[^\s@<>]+\.[\p{L}\p{N}-]{2,}$/u],
  ["url", /^[a-z][a-z0-9+.-]*:\/\/\S+$/iu],
  ["date", /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/u],
  ["date", /^\d{1,2}[./]\d{1,2}[./]\d{2,4}$/u],
  ["date", /^\d{4}[./]\d{1,2}[./]\d{1,2}$/u],
  ["month", /^(?:19|20)\d{2}-(?:0[1-9]|1[0-2])$/u],
  ["time", /^\d{1,2}:\d{2}(?::\d{2})?(?:am|pm)?$/iu],
  ["time", /^(?:[1-9]|1[0-2])(?:am|pm)$/iu],
  ["time", /^(?:[01]?\d|2[0-3])h[0-5]\d$/iu],
  ["number", /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?$/iu],
  ["number", /^[+-]?\.\d+(?:e[+-]?\d+)?$/iu],
  ["number", /^[+-]?(?:\d+,\d+|\d{1,3}(?:[.'’]\d{3})+(?:[.,]\d+)?)$/u],
  ["quantity", /^[+-]?\d+(?:\.\d+)?(?:%|[\p{L}µ°€$£]{1,12})$/u],
  ["quantity", /^[+-]?[€$£¥][+-]?\d+(?:[.,'’]\d+)*(?:k|m|mn|bn)?$/iu],
  ["quantity", /^[+-]?\d+(?:[.,'’]\d+)+(?:%|[€$£¥])$/u],
  ["path", /^(?:~|\.{1,2})?[/\\]\S*$/u],
  ["path", /^[a-z]:[\\/]\S*$/iu],
  ["path", /^[^\s/\\]+(?:[/\\][^\s/\\]+)+[/\\]?$/u],
  ["path", /^[\p{L}\p{N}_-][\p{L}\p{N}._-]*\.[a-z][a-z0-9]{1,5}$/iu],
  ["path", /^\S*[*?]\S*\.[a-z0-9]{1,6}$/iu],
];

/** Something with a digit in it that is no ordinary word: `v2.3`, `INV-2043`, `a1b2c3`. */
const IDENTIFIER = /^(?=\S*\d)[\p{L}\p{N}_.:#@+-]+$/u;

/** Every form above has something else in it: most words of a line are known at a glance. */
const LETTERS_ALONE = /^[a-z]+$/i;

/** Nothing this long is a word that says what to do. */
const ORDINARY_CHARACTERS_MAX = 300;

/** The kind a text's form shows; undefined for what is an ordinary word. */
export function valueKindOf(text: string): ValueKind | undefined {
  if (text.length > ORDINARY_CHARACTERS_MAX) return "identifier";
  if (LETTERS_ALONE.test(text)) return undefined;
  for (const [kind, form] of FORMS) if (form.test(text)) return kind;
  return IDENTIFIER.test(text) ? "identifier" : undefined;
}

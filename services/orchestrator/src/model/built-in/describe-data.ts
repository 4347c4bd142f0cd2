const VALUE_CHARACTERS_MAX = 80;
const TEXT_CHARACTERS_MAX = 240;
const FIELDS_MAX = 8;
const NAMES_MAX = 5;

const REST = "All of it stands with the call.";

/**
 * What a call returned, in a sentence: its values where they are few and short, else how many there
 * are and the first of them. The whole result stands with the call, whoever asked for it.
 */
export function describeData(data: unknown): string {
  const { said, isAll } = tell(data);
  const sentence = /[.!?…]$/.test(said) ? said : `${said}.`;
  return isAll ? sentence : `${sentence} ${REST}`;
}

interface Said {
  said: string;
  isAll: boolean;
}

function tell(data: unknown): Said {
  if (isNothing(data)) return { said: "It returned nothing", isAll: true };
  if (typeof data === "string") return ofText(data);
  if (isScalar(data)) return { said: `It returned ${String(data)}`, isAll: true };
  if (Array.isArray(data)) return { said: `It returned ${list(data)}`, isAll: isShown(data) };
  return ofFields(Object.entries(data as object));
}

function ofText(text: string): Said {
  const lines = text.trim().split("\n");
  const [first = ""] = lines;
  if (lines.length === 1) return cut(first, TEXT_CHARACTERS_MAX);
  const { said } = cut(first, TEXT_CHARACTERS_MAX);
  return { said: `It returned a text that begins “${said}”`, isAll: false };
}

/** Values as they are, lists by their length and beginning, and of what is deeper only that it is there. */
function ofFields(fields: readonly (readonly [string, unknown])[]): Said {
  const shown = fields.slice(0, FIELDS_MAX).map(([name, value]) => {
    if (isNothing(value)) return { said: `**${name}** none`, isAll: true };
    if (Array.isArray(value)) return { said: `**${name}** ${list(value)}`, isAll: isShown(value) };
    if (!isScalar(value)) return { said: `**${name}**`, isAll: false };
    const { said, isAll } = cut(oneLine(String(value)), VALUE_CHARACTERS_MAX);
    return { said: `**${name}** ${said}`, isAll: isAll && !String(value).includes("\n") };
  });
  return {
    said: shown.map(({ said }) => said).join(", "),
    isAll: fields.length <= FIELDS_MAX && shown.every(({ isAll }) => isAll),
  };
}

/** How many there are, and the first of them. */
function list(values: readonly unknown[]): string {
  const [first] = values;
  if (values.every(isScalar)) {
    const some = values.slice(0, NAMES_MAX).map((value) => oneLine(String(value)));
    const named = some.map((value) => cut(value, VALUE_CHARACTERS_MAX).said).join(", ");
    return isShown(values) ? named : `${values.length} values, beginning with ${named}`;
  }
  const counted = `${values.length} ${values.length === 1 ? "entry" : "entries"}`;
  if (typeof first !== "object" || first === null || Array.isArray(first)) return counted;
  const fields = Object.entries(first).filter(([, value]) => isScalar(value) && value !== "");
  const beginning = fields.slice(0, NAMES_MAX).map(([name, value]) => {
    return `${name} ${cut(oneLine(String(value)), VALUE_CHARACTERS_MAX).said}`;
  });
  return beginning.length === 0 ? counted : `${counted}, the first with ${beginning.join(", ")}`;
}

/** Whether `list` says all of it. */
function isShown(values: readonly unknown[]): boolean {
  return (
    values.length <= NAMES_MAX &&
    values.every((value) => isScalar(value) && String(value).length <= VALUE_CHARACTERS_MAX)
  );
}

function isNothing(data: unknown): boolean {
  if (data === null || data === undefined || data === "") return true;
  if (Array.isArray(data)) return data.length === 0;
  return typeof data === "object" && Object.keys(data).length === 0;
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function cut(text: string, charactersMax: number): Said {
  return text.length <= charactersMax
    ? { said: text, isAll: true }
    : { said: `${text.slice(0, charactersMax)}…`, isAll: false };
}

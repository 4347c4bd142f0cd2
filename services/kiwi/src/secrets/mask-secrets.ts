import { LiluxError } from "@lilux/protocol";
import { formsOf, PIECE_CHARACTERS_MIN, type SecretForm } from "./secret-forms.ts";

/** Takes the values that a run was given out of what comes of it. */
export interface SecretMask {
  text(text: string): string;
  /** A line, which may have been cut in the middle of a value. */
  line(text: string): string;
  /** Texts, names and numbers at any depth. */
  json(value: unknown): unknown;
  bytes(bytes: Buffer): Buffer;
  /** Whether it holds one. */
  holds(bytes: Buffer): boolean;
  error(error: LiluxError): LiluxError;
}

const NOTHING: SecretMask = {
  text: (text) => text,
  line: (text) => text,
  json: (value) => value,
  bytes: (bytes) => bytes,
  holds: () => false,
  error: (error) => error,
};

/** For a run with these values, by name; without any it does nothing and costs nothing. */
export function maskSecrets(values: Readonly<Record<string, string>>): SecretMask {
  const forms = formsOf(values);
  if (forms.length === 0) return NOTHING;
  const ofText = replacer(forms);
  // Bytes are read one character each: so any form is found, whatever else a file holds.
  const ofBytes = replacer(
    forms.map(({ name, text }) => ({ name, text: Buffer.from(text).toString("latin1") })),
  );

  const json = (value: unknown): unknown => {
    if (typeof value === "string") return ofText(value);
    if (typeof value === "number" || typeof value === "bigint") {
      const text = String(value);
      const masked = ofText(text);
      return masked === text ? value : masked;
    }
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [ofText(name), json(inner)]),
    );
  };

  return {
    text: ofText,
    line: (text) => withoutBeginning(forms, ofText(text)),
    json,
    bytes(bytes) {
      const text = bytes.toString("latin1");
      const masked = ofBytes(text);
      return masked === text ? bytes : Buffer.from(masked, "latin1");
    },
    holds(bytes) {
      const text = bytes.toString("latin1");
      return ofBytes(text) !== text;
    },
    error(error) {
      const details = error.details === undefined ? undefined : json(error.details);
      const said = { message: ofText(error.message), cause: error.cause };
      return new LiluxError(error.code, {
        ...said,
        ...(details === undefined ? {} : { details: details as Record<string, unknown> }),
      });
    },
  };
}

function replacer(forms: readonly SecretForm[]): (text: string) => string {
  const names = new Map(forms.map(({ name, text }) => [text, name]));
  const pattern = new RegExp([...names.keys()].map(escaped).join("|"), "g");
  return (text) => text.replaceAll(pattern, (form) => `[secret ${names.get(form) ?? ""}]`);
}

/** Where a text ends with the beginning of a form, that is taken out as the whole would be. */
function withoutBeginning(forms: readonly SecretForm[], text: string): string {
  let cut = { at: text.length, name: "" };
  for (const { name, text: form } of forms) {
    const head = form.slice(0, PIECE_CHARACTERS_MIN);
    const first = Math.max(0, text.length - form.length);
    for (let at = text.indexOf(head, first); at !== -1; at = text.indexOf(head, at + 1)) {
      if (at < cut.at && form.startsWith(text.slice(at))) cut = { at, name };
    }
  }
  return cut.name === "" ? text : `${text.slice(0, cut.at)}[secret ${cut.name}]`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

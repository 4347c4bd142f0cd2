import { placeholderOf, type RedactionKey, redactText } from "./redact-text.ts";

/** Inputs whose name says that their value is nobody's business, whatever it looks like. */
const PRIVATE_NAME =
  /pass(word|phrase|wd)?$|^pwd$|secret|token$|api_?key|credential|authori[sz]ation|^pin$|^otp$/i;

/** A JSON value with all texts in it redacted, names of fields as well. */
export function redactValue(value: unknown, key: RedactionKey): unknown {
  if (typeof value === "string") return redactText(value, key);
  if (typeof value === "number") return redactNumber(value, key);
  if (Array.isArray(value)) return value.map((one: unknown) => redactValue(one, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [
      redactText(name, key),
      PRIVATE_NAME.test(name) && one !== null && typeof one !== "object"
        ? placeholderOf("secret", String(one), key)
        : redactValue(one, key),
    ]),
  );
}

/** A card's or a telephone's number may be written as a number; what is short stays one. */
function redactNumber(value: number, key: RedactionKey): unknown {
  const written = String(value);
  const redacted = redactText(written, key);
  return redacted === written ? value : redacted;
}

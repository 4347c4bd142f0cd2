import { createHmac } from "node:crypto";
import { PRIVATE_PATTERNS, type PrivatePattern } from "./private-patterns.ts";

/** Keys the placeholders: one value has one placeholder within a session, and nobody can guess back. */
export interface RedactionKey {
  salt: string;
  session: string;
}

const MARK_CHARACTERS = 6;

/** The text with all that looks private replaced by `<kind:mark>`. */
export function redactText(text: string, key: RedactionKey): string {
  return PRIVATE_PATTERNS.reduce((redacted, pattern) => replaceAll(redacted, pattern, key), text);
}

/** What stands for a value: the same for the same value of a session. */
export function placeholderOf(
  kind: string,
  value: string,
  { salt, session }: RedactionKey,
): string {
  const mac = createHmac("sha256", salt).update(`${session}\n${value}`).digest("hex");
  return `<${kind}:${mac.slice(0, MARK_CHARACTERS)}>`;
}

function replaceAll(text: string, { kind, pattern, isMeant }: PrivatePattern, key: RedactionKey) {
  return text.replace(pattern, (found: string, ...rest: unknown[]) => {
    const groups = rest.at(-1);
    const value = valueIn(groups) ?? found;
    if (isPlaceholder(value) || isMeant?.(value) === false) return found;
    const at = found.lastIndexOf(value);
    const placeholder = placeholderOf(kind, value, key);
    return found.slice(0, at) + placeholder + found.slice(at + value.length);
  });
}

function valueIn(groups: unknown): string | undefined {
  if (typeof groups !== "object" || groups === null || !("value" in groups)) return undefined;
  return typeof groups.value === "string" ? groups.value : undefined;
}

function isPlaceholder(value: string): boolean {
  return /^<[a-z]+:[0-9a-f]+>?$/.test(value);
}

import { LiluxError } from "@lilux/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maskSecrets } from "./mask-secrets.ts";

/** As passwords, tokens, keys over several lines and what people make up are. */
const value = fc.oneof(
  fc
    .string({ minLength: 8, maxLength: 40, unit: "grapheme" })
    .filter((text) => text.trim().length > 7),
  fc.base64String({ minLength: 12, maxLength: 64 }).map((text) => `sk-${text}`),
  fc.constant("-----BEGIN KEY-----\nQUJDREVGR0hJSktM\nTU5PUFFSU1RVVldY\n-----END KEY-----\n"),
);
const around = fc.string({ maxLength: 20 });

/** What a program may do to a text on its way out. */
const FORMS: Readonly<Record<string, (text: string, before: string) => string>> = {
  plain: (text) => text,
  reversed: (text) => [...text].reverse().join(""),
  json: (text) => JSON.stringify({ text }),
  "json of ASCII": (text) =>
    JSON.stringify(text).replaceAll(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 within": (text, before) => Buffer.from(`${before}${text}:more`).toString("base64"),
  "base64 of addresses": (text, before) => Buffer.from(`${before}${text}`).toString("base64url"),
  hex: (text) => Buffer.from(text).toString("hex"),
  HEX: (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "address part": (text) => encodeURIComponent(text),
  "form field": (text) => encodeURIComponent(text).replaceAll("%20", "+"),
};

/** The whole value, read back from what was left in any of the forms. */
function isTold(shown: string, form: string, given: string): boolean {
  const whole = FORMS[form]?.(given, "") ?? "";
  return shown.includes(given) || (whole.length > 11 && shown.includes(whole));
}

// Mutants: one of the forms left out of `formsOf`; base64 at one place only.
test("a value is gone from a text, in whichever form it was printed", () => {
  fc.assert(
    fc.property(value, around, fc.constantFrom(...Object.keys(FORMS)), (given, before, form) => {
      const printed = FORMS[form]?.(given, before) ?? "";
      const mask = maskSecrets({ TOKEN: given });
      const shown = mask.text(`${before} ${printed} after`);
      expect(isTold(shown, form, given)).toBe(false);
      expect(shown).toContain("[secret TOKEN]");
      const bytes = mask.bytes(Buffer.from(`\u0000\u00ff ${printed}`));
      expect(bytes.includes(given)).toBe(false);
      expect(mask.holds(Buffer.from(printed))).toBe(true);
    }),
    { numRuns: 150 },
  );
});

// Mutants: only the first place where a form could begin is looked at; a form's end counts as its beginning.
test("a line that was cut within a value keeps none of it that would tell", () => {
  fc.assert(
    fc.property(value, around, fc.nat(), (given, before, seed) => {
      const mask = maskSecrets({ TOKEN: given });
      const kept = 8 + (seed % Math.max(1, given.length - 8));
      const line = `${before} ${given.slice(0, kept)}`;
      if (kept < given.length) expect(mask.line(line)).not.toContain(given.slice(0, 8));
      expect(mask.line(`${before} ${given}`)).not.toContain(given.slice(0, 8));
    }),
    { numRuns: 150 },
  );
  const mask = maskSecrets({ A: "aaaaaaaaaaaaB", B: "0123456789" });
  expect(mask.line("x aaaaaaaaaaaa")).toBe("x [secret A]");
  expect(mask.line("a 3456789")).toBe("a 3456789");
  expect(maskSecrets({ A: "aaaaaaaaBcccccc" }).line("x aaaaaaaaaa")).toBe("x aa[secret A]");
  expect(mask.line("nothing")).toBe("nothing");
});

test("values are gone at any depth: from texts, names, numbers and errors; the rest stays as it was", () => {
  const mask = maskSecrets({ PIN: "4711081512", TOKEN: "tok-en.value+1" });
  expect(
    mask.json({ a: [{ "x tok-en.value+1": 4711081512, n: 1.5, t: true, z: null }], b: "fine" }),
  ).toEqual({ a: [{ "x [secret TOKEN]": "[secret PIN]", n: 1.5, t: true, z: null }], b: "fine" });
  const error = new LiluxError("script_failed", {
    message: "no tok-en.value+1",
    details: { said: ["4711081512"] },
  });
  expect(mask.error(error).toBody()).toMatchObject({
    message: "no [secret TOKEN]",
    details: { said: ["[secret PIN]"] },
  });
});

test("without secrets nothing is changed, and bytes that hold none are the same bytes", () => {
  const bytes = Buffer.from([0, 255, 1, 2]);
  expect(maskSecrets({}).bytes(bytes)).toBe(bytes);
  expect(maskSecrets({ TOKEN: "0123456789" }).bytes(bytes)).toBe(bytes);
});

test("of a text that is masked for long, with many secrets, one pass is made", () => {
  const secrets = Object.fromEntries(
    Array.from({ length: 32 }, (_, index) => [
      `S${index}`,
      `secret-number-${index}-${"x".repeat(40)}`,
    ]),
  );
  const text = `${"the quick brown fox ".repeat(100_000)}secret-number-7-${"x".repeat(40)}`;
  expect(maskSecrets(secrets).text(text).endsWith("[secret S7]")).toBe(true);
});

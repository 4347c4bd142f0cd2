/** A form in which a value may be printed, and what it is a form of. */
export interface SecretForm {
  name: string;
  text: string;
}

/** Shorter pieces of a value stand in ordinary text by chance. */
export const PIECE_CHARACTERS_MIN = 8;

/**
 * The forms in which a value leaves a script by accident: itself, its lines, escaped as in JSON, Python or an
 * address, in base64 (also within a longer text, as in a Basic header), in hexadecimal digits, backwards.
 * Longest first, so that a whole is found before its parts. A script that means to give a value
 * away can always write it otherwise: what it is given is decided at review, not here.
 */
export function formsOf(values: Readonly<Record<string, string>>): SecretForm[] {
  const forms = Object.entries(values).flatMap(([name, value]) => {
    const lines = value.split(/\r?\n/).map((line) => line.trim());
    const pieces = [value, value.trim(), ...(lines.length > 1 ? lines : [])];
    const found = new Set(pieces.flatMap((piece) => formsOfText(piece)));
    return [...found]
      .filter((text) => text.length >= PIECE_CHARACTERS_MIN)
      .map((text) => ({ name, text }));
  });
  return forms.sort((a, b) => b.text.length - a.text.length);
}

function formsOfText(text: string): string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString("hex");
  const json = JSON.stringify(text).slice(1, -1);
  const address = encodeURIComponent(text);
  const addresses = [address, address.replaceAll("%2F", "/"), address.replaceAll("%20", "+")];
  return [
    text,
    [...text].reverse().join(""),
    json,
    asciiOnly(json),
    json.replaceAll('\\"', '"').replaceAll("'", "\\'"),
    ...addresses,
    ...addresses.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${hexOf(sign).toUpperCase()}`),
    ...base64Within(bytes),
    ...base64Within(bytes).map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
    hex,
    hex.toUpperCase(),
  ];
}

/** As Python's `json.dumps` writes it. */
function asciiOnly(json: string): string {
  return json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function hexOf(sign: string): string {
  return sign.charCodeAt(0).toString(16);
}

/**
 * What of a base64 text is the value's alone, for each of the three places it may begin at. The signs at the
 * ends hold bits of what stands beside it and are left out.
 */
function base64Within(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const first = before === 0 ? 0 : before + 1;
    const after = (before + bytes.length) % 3;
    const whole = text.replaceAll("=", "");
    return whole.slice(first, after === 0 ? undefined : -1);
  });
}

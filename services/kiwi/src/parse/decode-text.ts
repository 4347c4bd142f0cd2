import { ParseFailure } from "./parse-failure.ts";

export const FILE_BYTES_MAX = 1024 * 1024;

/**
 * A file's bytes as text with line ends as `\n` and no byte order mark.
 * Throws `ParseFailure` for what is too large, binary, or not UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.byteLength > FILE_BYTES_MAX) throw tooLarge(bytes.byteLength);
  if (bytes.includes(0)) {
    throw new ParseFailure({
      cause: "the file is binary: it holds a zero byte",
      fix: "Keep items as UTF-8 text; move binary files out of the .ai folder.",
    });
  }
  try {
    return normaliseLineEnds(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ParseFailure({
      cause: "the file is not valid UTF-8",
      fix: "Save it again as UTF-8.",
      ...placeOfBadByte(bytes),
    });
  }
}

export function tooLarge(bytes: number): ParseFailure {
  return new ParseFailure({
    cause: `the file holds ${bytes} bytes, more than the ${FILE_BYTES_MAX} an item may`,
    fix: "Split it into several items, or move bulk text elsewhere.",
  });
}

export function normaliseLineEnds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function placeOfBadByte(bytes: Uint8Array): { line: number; column: number } {
  const lines = new TextDecoder("utf-8").decode(bytes).split("\n");
  const line = lines.findIndex((text) => text.includes("\uFFFD"));
  if (line < 0) return { line: 1, column: 1 };
  return { line: line + 1, column: (lines[line] ?? "").indexOf("\uFFFD") + 1 };
}

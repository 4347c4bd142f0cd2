import { ParseFailure } from "./parse-failure.ts";

export const FILE_BYTES_MAX = 1024 * 1024;

/**
 * A file's bytes as text with line ends as `\n` and no byte order mark.
 * Throws `ParseFailure` for what is too large, binary, or not UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.byteLength > FILE_BYTES_MAX) throw tooLarge(bytes.byteLength);
  if (isUtf16(bytes)) {
    throw new ParseFailure({
      cause: "the file is UTF-16 text, which some programs call Unicode",
      fix: "Save it again as UTF-8.",
    });
  }
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

/** By its mark, or by every other of the first bytes being zero, as where letters are plain ones. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  if (bytes.length % 2 !== 0) return false;
  const head = [...bytes.subarray(0, 64)];
  const zerosAt = (odd: number): number =>
    head.filter((byte, at) => at % 2 === odd && byte === 0).length;
  const [even, odd] = [zerosAt(0), zerosAt(1)];
  return Math.min(even, odd) === 0 && Math.max(even, odd) * 4 > head.length;
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

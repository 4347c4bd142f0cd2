import type { LineReading } from "@lilux/core/ranking";

/** Makes a reading of a text; `RouterModel.readLine` with its options filled in. */
export type ReadText = (text: string) => Promise<LineReading>;

/** A line that may point back is read once more with what it points to; measured, not tuned finely. */
const REFERENCE_MIN = 0.15;
const SEPARATOR = " → ";
/** The rest would crowd out the line itself. */
const WORDS_BEFORE = 16;

/**
 * Reads a line. One that seems to point back ("same for production") is read a
 * second time together with the line before, as the model was trained to: only
 * both say which item or query is meant. The words of the reading are then those
 * of both lines.
 */
export async function readInContext(
  text: string,
  { before, read }: { before: string | undefined; read: ReadText },
): Promise<LineReading> {
  const alone = await read(text);
  if (before === undefined || alone.reference < REFERENCE_MIN) return alone;
  return read(joinContext(before, text));
}

/** Joined as in training (training/router/lilux_router/context.py). */
export function joinContext(before: string, text: string): string {
  const words = before.split(/\s+/u).filter((word) => word !== "");
  return words.slice(0, WORDS_BEFORE).join(" ") + SEPARATOR + text;
}

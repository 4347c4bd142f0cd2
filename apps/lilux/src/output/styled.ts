import { writeOut } from "@lilux/core/text";
import picocolors from "picocolors";

/**
 * Text that may go to a terminal as it is: its escape sequences are ours, and
 * what came from elsewhere has been written out. Only this file makes it.
 */
export class Styled {
  readonly #text: string;

  constructor(text: string, made: typeof MADE_HERE) {
    if (made !== MADE_HERE) throw new TypeError("use line or style");
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

const MADE_HERE = Symbol("made here");

/** Never into a pipe or a file, also where a CI's environment would ask for colours. */
const pc = picocolors.createColors(picocolors.isColorSupported && process.stdout.isTTY === true);

type Piece = string | number | Styled | undefined;

/**
 * A line of a template. What is put into it and is not styled yet comes from
 * elsewhere: it is written out, and its line ends become spaces, so that it
 * cannot pass for another line.
 */
export function line(strings: TemplateStringsArray, ...pieces: Piece[]): Styled {
  const text = strings.map((part, index) => part + oneLine(pieces[index])).join("");
  return new Styled(text, MADE_HERE);
}

/** Text of several lines, in a template as it is. */
export function block(text: string): Styled {
  return new Styled(writeOut(text), MADE_HERE);
}

export const style = {
  bold: (piece: Piece) => styledBy(pc.bold, piece),
  dim: (piece: Piece) => styledBy(pc.dim, piece),
  red: (piece: Piece) => styledBy(pc.red, piece),
  green: (piece: Piece) => styledBy(pc.green, piece),
  yellow: (piece: Piece) => styledBy(pc.yellow, piece),
} as const;

function styledBy(paint: (text: string) => string, piece: Piece): Styled {
  return new Styled(paint(oneLine(piece)), MADE_HERE);
}

function oneLine(piece: Piece): string {
  if (piece instanceof Styled) return piece.toString();
  return writeOut(String(piece ?? "").replaceAll(/[\r\n\t]+/g, " "));
}

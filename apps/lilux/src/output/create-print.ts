import { writeOut } from "@lilux/core/text";
import type { Styled } from "./styled.ts";

/** Writes a line. Plain text may be of anybody, so what a terminal would obey is written out. */
export type Print = (text: string | Styled) => void;

/** The one way by which commands write to a terminal. */
export function createPrint(out: NodeJS.WritableStream): Print {
  return (text) => void out.write(`${onTerminal(text)}\n`);
}

export function onTerminal(text: string | Styled): string {
  return typeof text === "string" ? writeOut(text) : text.toString();
}

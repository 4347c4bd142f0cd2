import { createHash } from "node:crypto";

/** A number from 0 up to 1 that depends on nothing but its arguments. */
export function chance(id: string, purpose: string): number {
  return createHash("sha256").update(`${purpose}\n${id}`).digest().readUInt32BE(0) / 2 ** 32;
}

import { createHash } from "node:crypto";

/**
 * A digest of a set of lines that is kept up line by line, whatever their
 * order: the sum of their sha256, modulo 2^128. It tells states of a library
 * apart for caches; nothing is trusted because of it.
 */
export interface SetDigest {
  add(line: string): void;
  remove(line: string): void;
  /** 32 hex digits. */
  value(): string;
}

const BITS = 128;

export function createSetDigest(): SetDigest {
  let sum = 0n;
  return {
    add(line) {
      sum = BigInt.asUintN(BITS, sum + numberOf(line));
    },
    remove(line) {
      sum = BigInt.asUintN(BITS, sum - numberOf(line));
    },
    value: () => sum.toString(16).padStart(BITS / 4, "0"),
  };
}

function numberOf(line: string): bigint {
  const hex = createHash("sha256").update(line).digest("hex");
  return BigInt(`0x${hex.slice(0, BITS / 4)}`);
}

import { canonicalJson } from "@lilux/core/json";
import type { AdminRecord } from "@lilux/protocol";

export type ChainVerdict = { isWhole: true } | { isWhole: false; at: number };

const FIRST_PREVIOUS = "0".repeat(64);

/** Whether every record follows the one before it and holds the hash of what it says. */
export async function verifyChain(
  tenant: string,
  records: readonly AdminRecord[],
): Promise<ChainVerdict> {
  let previous = FIRST_PREVIOUS;
  let position = 0;
  for (const { hash, ...record } of records) {
    position += 1;
    const isNext = record.position === position && record.previous === previous;
    if (!isNext || (await sha256(canonicalJson({ tenant, ...record }))) !== hash) {
      return { isWhole: false, at: record.position };
    }
    previous = hash;
  }
  return { isWhole: true };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

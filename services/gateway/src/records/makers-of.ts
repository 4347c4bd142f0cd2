import { LiluxError } from "@lilux/protocol";
import type { Caller } from "../access/caller.ts";
import type { Directory } from "../access/directory.ts";

/** Keys that keys made, one after the other. Nobody has use for so many. */
const GENERATIONS_MAX = 64;
const OF_KEY = /^k_(.+)$/;

/**
 * Who made the key that somebody asks with, who made the key that made it, and so on: each of them holds,
 * or held, what speaks for them. Of a person who signed in nobody. Rejects with `second_person_required`
 * where there are too many to look at.
 */
export async function makersOf(
  { credential }: Pick<Caller, "credential">,
  { key }: Pick<Directory, "key">,
): Promise<ReadonlySet<string>> {
  const makers = new Set<string>();
  let keyId = credential?.kind === "key" ? credential.keyId : undefined;
  while (keyId !== undefined) {
    const made = await key(keyId);
    if (made === undefined) break;
    if (makers.size >= GENERATIONS_MAX) throw new LiluxError("second_person_required");
    makers.add(made.createdBy);
    keyId = OF_KEY.exec(made.createdBy)?.[1];
  }
  return makers;
}

import type { Candidate } from "@lilux/protocol";

/**
 * Whether a candidate has all that the line says and all that its item needs.
 * One that has not is never run at once, however likely it is the item meant.
 */
export function isWholeCall({
  parameters = [],
  unread = [],
}: Pick<Candidate, "parameters" | "unread">): boolean {
  return unread.length === 0 && parameters.every(({ origin }) => origin !== "missing");
}

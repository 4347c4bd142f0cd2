import { isRead } from "../calls/call-key.ts";
import { parseToolCall } from "../calls/parse-tool-call.ts";
import type { ModelToolCall } from "../model/language-model.ts";

/** So many calls of one turn are with the tool core at once. */
const READS_AT_ONCE_MAX = 4;

/** Calls in their order, in groups that may run side by side: neighbours that only read. */
export function groupReads(calls: readonly ModelToolCall[]): ModelToolCall[][] {
  const groups: ModelToolCall[][] = [];
  let reads: ModelToolCall[] | undefined;
  for (const call of calls) {
    if (!onlyReads(call)) {
      groups.push([call]);
      reads = undefined;
    } else if (reads === undefined || reads.length >= READS_AT_ONCE_MAX) {
      reads = [call];
      groups.push(reads);
    } else reads.push(call);
  }
  return groups;
}

function onlyReads(call: ModelToolCall): boolean {
  try {
    return isRead(parseToolCall(call));
  } catch {
    return false;
  }
}

import type { ExecuteArguments, ExecuteResult } from "@lilux/protocol";
import type { OpenedItem } from "../library/opened-item.ts";

/** Running knowledge is reading it. */
export function runKnowledge({ item, parsed }: OpenedItem, given: ExecuteArguments): ExecuteResult {
  return {
    status: "ready",
    item_type: "knowledge",
    item_id: given.item_id,
    action: "run",
    data: { title: item.name, content: parsed.body },
    metadata: { durationMs: 0 },
  };
}

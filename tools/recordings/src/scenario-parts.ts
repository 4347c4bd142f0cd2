import type { Stage } from "./stage.ts";

/** A call that asks first. */
export const DELETES = {
  name: "execute",
  arguments: { item_type: "script", item_id: "clean_up", action: "delete" },
} as const;

export const DONE = { type: "turn-end", outcome: "completed" } as const;

export async function opened({ until }: Stage): Promise<void> {
  await until({ state: "open" });
}

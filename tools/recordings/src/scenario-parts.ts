import type { Stage } from "./stage.ts";

/** A call that asks first. */
export const DELETES = {
  name: "execute",
  arguments: { item_type: "script", item_id: "clean_up", action: "delete" },
} as const;

export const DONE = { type: "turn-end", outcome: "completed" } as const;

/** Of `DELETES`: what is asked before it runs. */
export const ASKED = {
  type: "confirm-request",
  callId: "c1",
  call: DELETES,
  effect: "destructive",
  reason: "it deletes",
} as const;

/** A line that means `DELETES`, told until it is asked for: `t1`, `c1`. */
export async function askedToDelete(stage: Stage): Promise<void> {
  await opened(stage);
  stage.perform({ do: "submit", text: "delete clean_up", turnId: "t1" });
  stage.say(
    "t1",
    { type: "turn-start", path: "fast" },
    { type: "call-start", callId: "c1", call: DELETES },
    ASKED,
  );
  await stage.until({ offset: 4 });
}

export async function opened({ until }: Stage): Promise<void> {
  await until({ state: "open" });
}

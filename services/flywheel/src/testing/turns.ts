import type { StoredTurn } from "@lilux/database";
import type { Call, Interaction } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";

type Turn = Extract<Interaction, { type: "turn" }>;

export const run = (item_id: string): Call => ({
  name: "execute",
  arguments: { item_type: "script", item_id, action: "run" },
});

interface TurnSaid extends Partial<Omit<Turn, "predicted" | "calls">> {
  /** The leader, offered at 0.9. */
  leader?: Call;
  ran?: Call | Call[];
  ok?: boolean;
}

let turns = 0;

/** A turn that Enter committed and the orchestrator settled, unless told. */
export function turnOf(text: string, { leader, ran, ok = true, ...said }: TurnSaid = {}): Turn {
  const calls = ran === undefined ? [] : [ran].flat();
  return {
    type: "turn",
    tenant: "acme",
    sessionId: "s1",
    turnId: `t${++turns}`,
    at: 1_000,
    person: "ann",
    kind: "submit",
    text,
    path: "slow",
    context: "cold",
    predicted: leader === undefined ? [] : [{ call: leader, confidence: 0.9 }],
    routeMs: 3,
    calls: calls.map((call, index) => ({ callId: `c${index}`, call, ok, durationMs: 5 })),
    predictionUsed: false,
    response: "Done.",
    outcome: "completed",
    ...said,
  };
}

export function storedTurn(record: Turn, position: number): StoredTurn {
  const { tenant, sessionId, turnId, at, person = "somebody" } = record;
  return {
    tenant: testTenant(tenant),
    sessionId,
    turnId,
    person,
    at,
    level: "full",
    redactionVersion: 0,
    record,
    position,
  };
}

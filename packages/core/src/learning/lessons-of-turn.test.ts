import type { Call, Interaction } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { lessonsOfTurn } from "./lessons-of-turn.ts";

type Turn = Extract<Interaction, { type: "turn" }>;

const run = (item_id: string): Call => ({
  name: "execute",
  arguments: { item_type: "script", item_id, action: "run" },
});
const [tally, other] = [run("tally"), run("other")];

function turn(
  given: Partial<Turn> & { ran?: readonly Call[]; led?: Call; confidence?: number },
): Turn {
  const { ran = [], led, confidence = 0.9, ...rest } = given;
  return {
    type: "turn",
    tenant: "local",
    sessionId: "s",
    turnId: "t",
    at: 0,
    kind: "submit",
    text: "count them",
    path: "slow",
    context: null,
    predicted: led === undefined ? [] : [{ call: led, confidence }],
    routeMs: null,
    calls: ran.map((call, at) => ({ callId: `c${at}`, call, ok: true, durationMs: 1 })),
    predictionUsed: false,
    response: "",
    outcome: "completed",
    ...rest,
  };
}

const MEANT = { call: tally, right: true };
const REFUSED = { call: other, right: false };

describe("what a turn teaches", () => {
  it.each<[string, Turn, unknown[]]>([
    ["the candidate a person took", turn({ kind: "accept", ran: [tally], led: tally }), [MEANT]],
    [
      "another one than the leader",
      turn({ kind: "accept", ran: [tally], led: other }),
      [MEANT, REFUSED],
    ],
    ["what the slow brain ran", turn({ ran: [tally], led: other }), [MEANT, REFUSED]],
    ["that no call was meant", turn({}), [{ call: null, right: true }]],
    ["that the leader was passed over", turn({ kind: "ask", led: other }), [REFUSED]],
    [
      "that the leader was stopped",
      turn({ path: "fast", outcome: "cancelled", led: other }),
      [REFUSED],
    ],
  ])("%s", (_what, given, taught) => {
    expect(lessonsOfTurn(given)).toEqual(taught);
  });

  it.each<[string, Turn]>([
    ["a leader that ran because it led", turn({ path: "fast", ran: [tally], led: tally })],
    ["a turn that failed", turn({ outcome: "failed", ran: [tally] })],
    ["a turn that broke off", turn({ outcome: "interrupted", ran: [tally] })],
    ["several calls", turn({ ran: [tally, other] })],
    ["words in place of a call that was offered", turn({ led: other })],
    [
      "a call that failed",
      turn({ kind: "accept", calls: [{ callId: "c", call: tally, ok: false, durationMs: 1 }] }),
    ],
    ["a leader nobody was offered", turn({ kind: "ask", led: other, confidence: 0.3 })],
  ])("nothing: %s", (_what, given) => {
    // Mutant: a leader of the fast path teaches itself.
    expect(lessonsOfTurn(given)).toEqual([]);
  });
});

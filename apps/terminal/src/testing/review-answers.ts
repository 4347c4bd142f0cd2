import type { Call, ReviewRow } from "@lilux/protocol";

const TALLY: Call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "tally_the_pumps", action: "run" },
};
const LOAD: Call = {
  name: "load",
  arguments: {
    item_type: "directive",
    item_id: `reports/${"quarterly_figures_of_every_site_".repeat(3)}`,
    source: "project",
  },
};

function rowOf(id: string, line: string): ReviewRow {
  return {
    id,
    at: Date.UTC(2026, 0, 2),
    line,
    history: ["which pumps are there"],
    kind: "accept",
    outcome: "completed",
    shown: [
      { call: TALLY, confidence: 0.71 },
      { call: LOAD, confidence: 0.2 },
    ],
    done: [{ call: LOAD, ok: false }],
    response: "The directive could not be read.",
    rule: "overridden",
    call: TALLY,
    right: false,
    weight: 0.9,
  };
}

/** Two labels to judge, of which the server takes whatever is said. */
export const REVIEW_ANSWERS: Readonly<Record<string, unknown>> = {
  "/v1/flywheel/reviews": {
    rows: [rowOf("1.overridden.0123456789ab", "count the pumps"), rowOf("2.talk.none", "thanks")],
    left: { settled: 12 },
  },
  "/v1/flywheel/reviews/last": {
    undone: { id: "1.overridden.0123456789ab", verdict: "accept" },
    row: rowOf("1.overridden.0123456789ab", "count the pumps"),
  },
};

import type {
  Candidate,
  ExecuteCall,
  ItemSummary,
  LoadResult,
  Prediction,
  SearchCall,
  SearchResult,
  TurnRecord,
  TurnRequest,
} from "@lilux/protocol";
import { DEFAULT_THRESHOLDS } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";

export const SEARCH: SearchCall = {
  name: "search",
  arguments: { item_type: "script", query: "email" },
};

export const RUN: ExecuteCall = {
  name: "execute",
  arguments: { item_type: "script", item_id: "purge", action: "run", parameters: { days: 3 } },
};

export const SEARCH_RESULT: SearchResult = {
  query: "email",
  source: "local",
  total: 1,
  results: [
    {
      item_type: "script",
      item_id: "send_email",
      qualified_id: "email/send_email",
      name: "send_email",
      description: "Sends one email.",
      category: "email",
      source: "project",
      version: "1.0.0",
      score: 0.9,
      why: ["email"],
    },
  ],
};

export function candidate(call: Candidate["call"], confidence: number): Candidate {
  return { call, confidence, effect: call.name === "execute" ? "write" : "read" };
}

export function prediction(...candidates: Candidate[]): Prediction {
  return {
    predictionId: "p1",
    seq: 0,
    context: "warm",
    candidates,
    noCallConfidence: candidates.length === 0 ? 0.9 : 0.02,
    routeMs: 2,
  };
}

export function loaded(effect: ItemSummary["effect"]): LoadResult {
  return {
    item: {
      item_type: "script",
      item_id: "purge",
      qualified_id: "files/purge",
      name: "purge",
      description: "Deletes old files.",
      category: "files",
      source: "project",
      version: "1.0.0",
      tags: [],
      inputs: [],
      effect,
      content_hash: "0".repeat(64),
    },
    mode: "read_only",
    path: "scripts/files/purge.py",
    content: "",
    permissions: [],
    steps: [],
    outputs: {},
    model_class: null,
  };
}

export function turnRequest(
  turn: Partial<TurnRecord> = {},
  rest: Partial<TurnRequest> = {},
): TurnRequest {
  return {
    turn: {
      tenant: testTenant("local"),
      sessionId: "session-1",
      turnId: "turn-1",
      kind: "submit",
      text: "find email scripts",
      acceptedAt: 1,
      ...turn,
    },
    sequence: 1,
    thresholds: DEFAULT_THRESHOLDS,
    ...rest,
  };
}

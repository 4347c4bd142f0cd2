import {
  DEFAULT_THRESHOLDS,
  type ExecuteRequest,
  type ExecuteResult,
  type ItemSummary,
  type SearchRequest,
  type SearchResult,
  type TurnRequest,
} from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";

/** Small valid values for contract tests. */
export const sampleSearch: SearchRequest = {
  tenant: testTenant("local"),
  arguments: { item_type: "script", query: "email – naïve ✉" },
};

export const sampleSearchResult: SearchResult = {
  query: "email – naïve ✉",
  source: "local",
  results: [],
  total: 0,
};

export const sampleExecute: ExecuteRequest = {
  tenant: testTenant("local"),
  callId: "call-1",
  arguments: {
    item_type: "script",
    item_id: "purge",
    action: "run",
    parameters: { days: 3, deep: { list: [1, "two", null, true] } },
  },
};

export const sampleExecuteResult: ExecuteResult = {
  status: "success",
  item_type: "script",
  item_id: "purge",
  action: "run",
  data: { deleted: 3, ratio: 0.5, note: null },
  metadata: { durationMs: 12 },
};

export const sampleItem: ItemSummary = {
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
  effect: "destructive",
  content_hash: "0".repeat(64),
};

export const sampleTurn: TurnRequest = {
  turn: {
    tenant: testTenant("local"),
    sessionId: "session-1",
    turnId: "turn-1",
    kind: "submit",
    text: "find email scripts",
    acceptedAt: 1,
  },
  sequence: 7,
  thresholds: DEFAULT_THRESHOLDS,
};

import { enterEffect } from "@lilux/core/turns";
import {
  type Call,
  type ClientFrame,
  DEFAULT_THRESHOLDS,
  type ItemMatch,
  type PredictionFrame,
  type SearchHit,
} from "@lilux/protocol";
import { ADMIN_ANSWERS } from "./admin-answers.ts";
import { REVIEW_ANSWERS } from "./review-answers.ts";
import type { ScriptedGatewayOptions } from "./scripted-gateway.ts";
import { SESSION_START } from "./session-start.ts";

type Offered = PredictionFrame["candidates"][number];

const SEARCH: Call = { name: "search", arguments: { item_type: "script", query: "email" } };
const RUN: Call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "email_enricher", action: "run" },
};
const UPDATE: Call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "email_enricher", action: "update" },
};
const DELETE: Call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "purge", action: "delete" },
};

/** One word as long as an id may be, without a place to break it. */
export const LONG_ID = `outreach/${"follow_up_with_every_contact_".repeat(4)}`;

const LONG: Call = {
  name: "execute",
  arguments: {
    item_type: "script",
    item_id: LONG_ID,
    action: "run",
    parameters: { address: "x".repeat(90) },
  },
};

const HIT: SearchHit = {
  item_type: "script",
  item_id: "email_enricher",
  qualified_id: "email/email_enricher",
  name: "email_enricher",
  description: "Adds company and role to a list of contacts.",
  category: "email",
  source: "project",
  version: "1.0.0",
  score: 0.9,
  why: ["email in name"],
};

const LOADED = {
  item: { ...HIT, tags: ["email"], inputs: [], effect: "write", content_hash: "0" },
  mode: "read_only",
  path: "scripts/email/email_enricher.py",
  content: "print('{}')\n",
  permissions: [],
  steps: [],
  thoughts: null,
  outputs: {},
  model_class: null,
};

/** A small server's part: finds email scripts, and asks before it deletes. */
export function playTerminal(): Pick<ScriptedGatewayOptions, "onFrame" | "answers"> {
  let offset = 0;
  const onFrame = (frame: ClientFrame, send: (frame: object) => void): void => {
    switch (frame.type) {
      case "hello":
        offset = 0;
        send(SESSION_START);
        break;
      case "keystroke":
        if (frame.text !== "") send(prediction(frame.seq, frame.text));
        break;
      case "accept":
      case "choose":
      case "submit":
      case "ask":
      case "confirm":
        for (const event of eventsOf(frame)) {
          offset += 1;
          send({ ...event, turnId: frame.turnId, offset });
        }
        break;
      case "approve":
      case "cancel":
      case "feedback":
        break;
    }
  };
  return { onFrame, answers: ANSWERS };
}

const ANSWERS = {
  ...REVIEW_ANSWERS,
  ...ADMIN_ANSWERS,
  "/v1/tickets": { ticket: "t" },
  "/v1/load": LOADED,
  "/v1/items": {
    items: [{ ...HIT, effect: "write" }],
    total: 1,
    broken: [
      {
        item_type: "script",
        source: "project",
        path: "scripts/half.py",
        line: 3,
        column: 7,
        cause: "the string is never closed",
        fix: "Close it with a quote.",
      },
    ],
  },
  "/v1/runs/c1/artifacts/out%2Fchart.svg":
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="teal"/></svg>',
  "/v1/runs/c1/artifacts/out%2Fsales.csv": 'place,sold\n"Cork, south",12\nGalway,7\n',
};

/** A run that lacks an input. */
const NEEDY: Offered = {
  call: RUN,
  confidence: 0.9,
  effect: "write",
  ready: false,
  parameters: [
    { name: "address", origin: "missing" },
    { name: "depth", origin: "default" },
  ],
};

/** Items of which no call is sure, one with the longest name there is. */
const MATCHES: ItemMatch[] = ["tide_table", LONG_ID].map((item_id) => ({
  call: { name: "load", arguments: { item_type: "knowledge", item_id, source: "project" } },
  effect: "read",
  description: "When the water comes, and when it goes again, by place and by day of the year.",
}));

function eventsOf(frame: ClientFrame): object[] {
  if (frame.type === "confirm") return [{ type: "turn-end", outcome: "cancelled" }];
  const opening = [{ type: "turn-accepted" }, { type: "turn-start", path: "fast" }];
  const text = frame.type === "submit" || frame.type === "ask" ? frame.text : "";
  const scripted = SCRIPTED.find(([beginning]) => text.startsWith(beginning));
  if (scripted !== undefined) return [...opening, ...scripted[1]];
  if (frame.type === "submit" && frame.text.startsWith("delete")) {
    const reason = "Deleting purge cannot be undone.";
    return [
      ...opening,
      { type: "confirm-request", callId: "c1", call: DELETE, effect: "destructive", reason },
    ];
  }
  const result = { query: "email", source: "local", results: [HIT], total: 1 };
  return [
    ...opening,
    { type: "call-start", callId: "c1", call: SEARCH },
    { type: "call-end", callId: "c1", ok: true, result, durationMs: 2 },
    { type: "text-delta", text: "One script deals with **email**." },
    { type: "turn-end", outcome: "completed" },
  ];
}

const RUN_START = { type: "call-start", callId: "c1", call: RUN };

/** What comes of a line, by how it begins. */
const SCRIPTED: [beginning: string, events: object[]][] = [
  [
    "crash",
    [
      RUN_START,
      { type: "call-end", callId: "c1", ok: true, result: crashed(), durationMs: 282 },
      { type: "turn-end", outcome: "completed" },
    ],
  ],
  [
    "stop",
    [
      RUN_START,
      {
        type: "call-end",
        callId: "c1",
        ok: false,
        error: { code: "cancelled", message: "The call was cancelled.", retryable: false },
        durationMs: 90,
      },
      { type: "turn-end", outcome: "cancelled" },
    ],
  ],
  [
    "draw",
    [
      RUN_START,
      { type: "call-end", callId: "c1", ok: true, result: drawn(), durationMs: 80 },
      { type: "turn-end", outcome: "completed" },
    ],
  ],
  [
    "reword",
    [
      { type: "call-start", callId: "c1", call: UPDATE },
      { type: "call-end", callId: "c1", ok: true, result: reworded(), durationMs: 8 },
      { type: "turn-end", outcome: "completed" },
    ],
  ],
  [
    "explain",
    [
      {
        type: "text-delta",
        text: "````markdown\n```js\nrun()\n```\n````\nAFTER\n\n- اختبار الصمام\n- b",
      },
      { type: "turn-end", outcome: "completed" },
    ],
  ],
];

function drawn(): object {
  const artifacts = ["out/chart.svg", "out/sales.csv", "out/model.bin"].map((name) => ({
    name,
    path: `.ai/.artifacts/c1/${name}`,
    bytes: 120,
  }));
  return { ...crashed(), status: "success", data: null, metadata: { durationMs: 79 }, artifacts };
}

function reworded(): object {
  const data = {
    source: "project",
    path: "scripts/email/email_enricher.py",
    qualified_id: "email/email_enricher",
    changed: true,
    content_hash: "a".repeat(64),
    kept_version: "20261128T101500000Z-0123456789ab",
  };
  return { ...crashed(), action: "update", status: "success", data, metadata: { durationMs: 7 } };
}

function crashed(): object {
  return {
    status: "error",
    item_type: "script",
    item_id: "email_enricher",
    action: "run",
    data: null,
    metadata: { durationMs: 280, exitCode: 3 },
    logs: ["It cannot go on."],
  };
}

/** Five candidates, the second with the longest names there are. */
function many(): Offered[] {
  const load = (item_id: string, confidence: number): Offered => ({
    call: { name: "load", arguments: { item_type: "knowledge", item_id, source: "project" } },
    confidence,
    effect: "read",
    ready: false,
  });
  return [
    load("pump_seals", 0.97),
    { call: LONG, confidence: 0.8, effect: "destructive", ready: false },
    load("pump_parts", 0.7),
    load("seal_stock", 0.66),
    load("valves", 0.62),
  ];
}

function prediction(seq: number, text: string): object {
  if (text.startsWith("load")) return predictionOf(seq, many());
  if (text.startsWith("enrich")) return predictionOf(seq, [NEEDY]);
  if (text.startsWith("tide")) return { ...predictionOf(seq, []), matches: MATCHES };
  const candidates: Offered[] = text.startsWith("delete")
    ? [{ call: DELETE, confidence: 0.93, effect: "destructive", ready: false }]
    : [
        { call: SEARCH, confidence: 0.953, effect: "read", ready: true },
        { call: RUN, confidence: 0.72, effect: "write", ready: false },
      ];
  return predictionOf(seq, candidates);
}

function predictionOf(seq: number, candidates: Offered[]): object {
  return {
    type: "prediction",
    seq,
    predictionId: `p${seq}`,
    context: "warm",
    candidates,
    enter: enterEffect(candidates[0], DEFAULT_THRESHOLDS),
    routeMs: 2.4,
  };
}

/**
 * The one table of errors. `http`, `grpc` (status number) and `close`
 * (WebSocket close code, where the connection cannot go on) say how each door
 * shows it; `retryable` is the only place that decides on retries; `sentence`
 * is what a person sees when the thrower gives no better one.
 * Every code has a paragraph in docs/operations/failure-modes.md.
 */
const table = {
  // What the caller sent.
  invalid_request: {
    category: "input",
    http: 400,
    grpc: 3,
    close: null,
    retryable: false,
    sentence: "The request is not of the form this door takes.",
  },
  malformed_frame: {
    category: "input",
    http: 400,
    grpc: 3,
    close: null,
    retryable: false,
    sentence: "The frame is not JSON. Send one JSON object per text frame.",
  },
  unknown_frame_type: {
    category: "input",
    http: 400,
    grpc: 3,
    close: null,
    retryable: false,
    sentence: "The frame's type is not known.",
  },
  sequence_regressed: {
    category: "input",
    http: 409,
    grpc: 9,
    close: null,
    retryable: false,
    sentence: "seq must rise with every keystroke. Send a larger seq.",
  },
  hello_required: {
    category: "input",
    http: 400,
    grpc: 9,
    close: 4400,
    retryable: true,
    sentence: "The first frame must be hello.",
  },
  hello_repeated: {
    category: "input",
    http: 400,
    grpc: 9,
    close: null,
    retryable: false,
    sentence: "hello may be sent once, as the first frame.",
  },
  hello_timeout: {
    category: "input",
    http: 408,
    grpc: 4,
    close: 4408,
    retryable: true,
    sentence: "No hello came in time. Connect again and send it first.",
  },
  unsupported_protocol: {
    category: "input",
    http: 400,
    grpc: 3,
    close: 4406,
    retryable: false,
    sentence: "Ask for the WebSocket subprotocol lilux.v1.",
  },
  frame_too_large: {
    category: "input",
    http: 413,
    grpc: 8,
    close: 1009,
    retryable: false,
    sentence: "A frame may hold at most 16 KiB.",
  },
  binary_frame: {
    category: "input",
    http: 415,
    grpc: 3,
    close: 1003,
    retryable: false,
    sentence: "Send JSON text frames; binary frames are not understood.",
  },
  unknown_prediction: {
    category: "input",
    http: 404,
    grpc: 5,
    close: null,
    retryable: true,
    sentence:
      "That prediction is no longer known. Send the line as a keystroke again, or submit it.",
  },
  unknown_turn: {
    category: "input",
    http: 404,
    grpc: 5,
    close: null,
    retryable: false,
    sentence: "No turn of that id is running in this session.",
  },
  duplicate_turn: {
    category: "input",
    http: 409,
    grpc: 6,
    close: null,
    retryable: false,
    sentence: "A turn of that id was already accepted. Use a new turnId.",
  },
  unknown_call: {
    category: "input",
    http: 404,
    grpc: 5,
    close: null,
    retryable: false,
    sentence: "No call of that id waits for a confirm.",
  },
  not_found: {
    category: "input",
    http: 404,
    grpc: 5,
    close: null,
    retryable: false,
    sentence: "There is nothing at that address.",
  },

  // Who the caller is and what they may do.
  unauthenticated: {
    category: "access",
    http: 401,
    grpc: 16,
    close: 4401,
    retryable: false,
    sentence: "Give a valid API key: Authorization: Bearer <key>.",
  },
  forbidden: {
    category: "access",
    http: 403,
    grpc: 7,
    close: 4403,
    retryable: false,
    sentence: "This credential may not do that.",
  },
  permission_denied: {
    category: "access",
    http: 403,
    grpc: 7,
    close: null,
    retryable: false,
    sentence: "The directive's permissions do not grant this call.",
  },
  confirm_required: {
    category: "access",
    http: 428,
    grpc: 9,
    close: null,
    retryable: false,
    sentence: "This call can do damage. Confirm its exact arguments first.",
  },
  confirm_declined: {
    category: "access",
    http: 409,
    grpc: 10,
    close: null,
    retryable: false,
    sentence: "The call was declined and did not run.",
  },
  rate_limited: {
    category: "access",
    http: 429,
    grpc: 8,
    close: null,
    retryable: true,
    sentence: "Too many requests. Wait a moment and try again.",
  },

  // The library.
  item_not_found: {
    category: "library",
    http: 404,
    grpc: 5,
    close: null,
    retryable: false,
    sentence: "No item has that id.",
  },
  item_ambiguous: {
    category: "library",
    http: 409,
    grpc: 9,
    close: null,
    retryable: false,
    sentence: "Several items have that id. Use one of the qualified ids.",
  },
  item_broken: {
    category: "library",
    http: 422,
    grpc: 9,
    close: null,
    retryable: false,
    sentence: "The item's file cannot be read.",
  },
  invalid_inputs: {
    category: "library",
    http: 422,
    grpc: 3,
    close: null,
    retryable: false,
    sentence: "The item's inputs are missing or of the wrong type.",
  },
  not_available_yet: {
    category: "library",
    http: 501,
    grpc: 12,
    close: null,
    retryable: false,
    sentence: "This action is not available yet.",
  },
  sandbox_unavailable: {
    category: "library",
    http: 503,
    grpc: 9,
    close: null,
    retryable: false,
    sentence: "Scripts run only in a sandbox, and none is available here.",
  },
  script_failed: {
    category: "library",
    http: 422,
    grpc: 10,
    close: null,
    retryable: false,
    sentence: "The script ended with an error.",
  },
  script_timeout: {
    category: "library",
    http: 504,
    grpc: 4,
    close: null,
    retryable: false,
    sentence: "The script ran past its time limit and was stopped.",
  },

  // The parts behind the door.
  bus_unavailable: {
    category: "dependency",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "The message bus does not answer. Try again shortly.",
  },
  turn_not_stored: {
    category: "dependency",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "The turn could not be stored and did not run. Send it again.",
  },
  store_unavailable: {
    category: "dependency",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "The context store does not answer.",
  },
  router_unavailable: {
    category: "dependency",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "The router does not answer. Predictions resume by themselves.",
  },
  kiwi_unavailable: {
    category: "dependency",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "The tool core does not answer. Try again shortly.",
  },
  orchestrator_unavailable: {
    category: "dependency",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "The orchestrator does not answer. Try again shortly.",
  },
  llm_unavailable: {
    category: "dependency",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "The language model does not answer. Try again shortly.",
  },
  llm_rejected: {
    category: "dependency",
    http: 502,
    grpc: 9,
    close: null,
    retryable: false,
    sentence:
      "The language model refused the request. Check LILUX_LLM_URL, LILUX_LLM_MODEL and LILUX_LLM_API_KEY.",
  },
  llm_truncated: {
    category: "dependency",
    http: 502,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "The language model's answer broke off.",
  },

  // Time, load and life.
  deadline_exceeded: {
    category: "capacity",
    http: 504,
    grpc: 4,
    close: null,
    retryable: true,
    sentence: "It took too long and was stopped.",
  },
  cancelled: {
    category: "capacity",
    http: 499,
    grpc: 1,
    close: null,
    retryable: false,
    sentence: "It was cancelled.",
  },
  interrupted: {
    category: "capacity",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence:
      "The turn was interrupted before it ended. What had run is listed; ask again for the rest.",
  },
  overloaded: {
    category: "capacity",
    http: 503,
    grpc: 8,
    close: null,
    retryable: true,
    sentence: "Too much work is waiting. Try again shortly.",
  },
  slow_reader: {
    category: "capacity",
    http: 503,
    grpc: 8,
    close: 4429,
    retryable: true,
    sentence: "The client reads too slowly. Connect again and resume.",
  },
  shutting_down: {
    category: "capacity",
    http: 503,
    grpc: 14,
    close: 1012,
    retryable: true,
    sentence: "The server is restarting. Connect again.",
  },
  session_replaced: {
    category: "capacity",
    http: 409,
    grpc: 10,
    close: 4409,
    retryable: false,
    sentence: "The session was resumed on another connection.",
  },

  not_reachable: {
    category: "dependency",
    http: 503,
    grpc: 14,
    close: null,
    retryable: true,
    sentence: "No Lilux answers there. Start one, or correct the address.",
  },

  // Our own.
  config_invalid: {
    category: "operator",
    http: 500,
    grpc: 9,
    close: null,
    retryable: false,
    sentence: "The configuration is not usable.",
  },
  model_invalid: {
    category: "operator",
    http: 500,
    grpc: 9,
    close: null,
    retryable: false,
    sentence: "The model's files do not match their manifest.",
  },
  internal: {
    category: "operator",
    http: 500,
    grpc: 13,
    close: 1011,
    retryable: false,
    sentence: "Something went wrong on our side. It was logged.",
  },
} as const satisfies Record<string, ErrorTraits>;

export interface ErrorTraits {
  category: "input" | "access" | "library" | "dependency" | "capacity" | "operator";
  http: number;
  grpc: number;
  close: number | null;
  retryable: boolean;
  sentence: string;
}

export type ErrorCode = keyof typeof table;
export const ERRORS: Readonly<Record<ErrorCode, ErrorTraits>> = table;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(table, value);
}

/** How each door shows an error, whether it is worth trying again, and what a person sees. */
export interface ErrorTraits {
  category: "input" | "access" | "library" | "dependency" | "capacity" | "operator";
  http: number;
  /** Status number. */
  grpc: number;
  /** WebSocket close code, where the connection cannot go on. */
  close: number | null;
  retryable: boolean;
  sentence: string;
}

type Row = (
  http: number,
  grpc: number,
  sentence: string,
  unlike?: Partial<Pick<ErrorTraits, "close" | "retryable">>,
) => ErrorTraits;

/** Rows of one category: what they are like unless a row says otherwise. */
function rows(category: ErrorTraits["category"], { retryable }: { retryable: boolean }): Row {
  return (http, grpc, sentence, unlike) => ({
    category,
    http,
    grpc,
    close: null,
    retryable,
    sentence,
    ...unlike,
  });
}

const input = rows("input", { retryable: false });
const access = rows("access", { retryable: false });
const library = rows("library", { retryable: false });
const dependency = rows("dependency", { retryable: true });
const capacity = rows("capacity", { retryable: true });
const operator = rows("operator", { retryable: false });

/**
 * The one table of errors: code, category, HTTP status, gRPC status, and the sentence a
 * person sees when the thrower gives no better one. Retries are decided here alone.
 * Every code has a paragraph in docs/operations/failure-modes.md.
 */
// biome-ignore format: a table is read down its columns, two lines a code
const table = {
  // What the caller sent.
  invalid_request: input(400, 3,
    "The request is not of the form this door takes."),
  malformed_frame: input(400, 3,
    "The frame is not JSON. Send one JSON object per text frame."),
  unknown_frame_type: input(400, 3,
    "The frame's type is not known."),
  sequence_regressed: input(409, 9,
    "seq must rise with every keystroke. Send a larger seq."),
  hello_required: input(400, 9,
    "The first frame must be hello.", { close: 4400, retryable: true }),
  hello_repeated: input(400, 9,
    "hello may be sent once, as the first frame."),
  hello_timeout: input(408, 4,
    "No hello came in time. Connect again and send it first.", { close: 4408, retryable: true }),
  unsupported_protocol: input(400, 3,
    "Ask for the WebSocket subprotocol lilux.v1.", { close: 4406 }),
  frame_too_large: input(413, 8,
    "That is larger than this door takes at once. Send less.", { close: 1009 }),
  binary_frame: input(415, 3,
    "Send JSON text frames; binary frames are not understood.", { close: 1003 }),
  unknown_prediction: input(404, 5,
    "That prediction is no longer known. Send the line as a keystroke again, or submit it.", { retryable: true }),
  unknown_turn: input(404, 5,
    "No turn of that id is running in this session."),
  duplicate_turn: input(409, 6,
    "A turn of that id was already accepted. Use a new turnId."),
  unknown_model: input(404, 5,
    "There is no such model, or not for this tenant. GET /v1/models lists those there are."),
  unknown_call: input(404, 5,
    "No call of that id waits for a confirm."),
  not_found: input(404, 5,
    "There is nothing at that address."),
  method_not_allowed: input(405, 12,
    "That address does not take this method. The Allow header names those it takes."),

  // Who the caller is and what they may do.
  unauthenticated: access(401, 16,
    "Give a valid API key: Authorization: Bearer <key>.", { close: 4401 }),
  forbidden: access(403, 7,
    "This credential may not do that.", { close: 4403 }),
  tenant_suspended: access(403, 7,
    "This tenant is suspended. Ask whoever runs this server.", { close: 4403 }),
  tenant_exists: access(409, 6,
    "There is, or was, a tenant of that name. Names are never used twice; choose another."),
  second_person_required: access(403, 7,
    "Who asked for this call cannot approve it. Somebody else of the tenant, who may approve, has to say yes."),
  approval_pending: access(409, 9,
    "This call waits for the yes of somebody else of the tenant. Send the same call with the same callId again later.", { retryable: true }),
  approval_over: access(409, 9,
    "That question needs no answer any more: it was answered, it expired, its turn ended, or what would run has changed."),
  permission_denied: access(403, 7,
    "The directive's permissions do not grant this call."),
  confirm_required: access(428, 9,
    "This call can do damage. Confirm its exact arguments first."),
  confirm_declined: access(409, 10,
    "The call was declined and did not run."),
  rate_limited: access(429, 8,
    "Too many requests. Wait a moment and try again.", { retryable: true }),
  budget_exhausted: access(429, 8,
    "The tenant's budget for language models is used up. Try again when it begins anew.", { retryable: true }),

  // The library.
  item_not_found: library(404, 5,
    "No item has that id."),
  item_ambiguous: library(409, 9,
    "Several items have that id. Use one of the qualified ids."),
  item_broken: library(422, 9,
    "The item's file cannot be read."),
  item_exists: library(409, 6,
    "An item of that id exists already. Update it, or choose another id."),
  item_conflict: library(409, 10,
    "The item was changed meanwhile, and nothing was written. Load it again first."),
  library_unwritable: library(507, 9,
    "The library cannot be written to, and nothing was changed."),
  library_unreachable: library(503, 14,
    "The place where the library lives does not answer. What was read before stays; try again shortly.", { retryable: true }),
  library_diverged: library(409, 9,
    "The branch that the library lives in is not the one that was read before. An admin has to look."),
  invalid_inputs: library(422, 3,
    "The item's inputs are missing or of the wrong type."),
  not_available_yet: library(501, 12,
    "This action is not available yet."),
  version_exists: library(409, 6,
    "That version is already published, and versions never change. Publish a higher one."),
  content_tampered: library(422, 9,
    "The content is not what its publisher signed. It was neither shown nor run."),
  item_taken_down: library(410, 9,
    "The operator of this server took the item down. It is neither shown nor run."),
  publisher_not_allowed: library(403, 7,
    "Your tenant takes no items from this publisher. Ask an admin of it to allow the publisher."),
  content_unsigned: library(422, 9,
    "The content has no signature. Shared content is neither shown nor run without one."),
  signing_key_changed: library(409, 9,
    "The content is signed with a key that this namespace was not known by."),
  signing_key_unusable: operator(500, 9,
    "The key that signs for this namespace cannot be used here."),
  sandbox_unavailable: library(503, 9,
    "Scripts run only in a sandbox, and none is available here."),
  secret_missing: library(409, 9,
    "The script asks for a secret that its tenant has not set."),
  script_failed: library(422, 10,
    "The script ended with an error."),
  script_timeout: library(504, 4,
    "The script ran past its time limit and was stopped."),
  script_memory_exceeded: library(507, 8,
    "The script took more memory than a run may and was stopped."),
  script_output_too_large: library(507, 8,
    "The script printed or wrote more than is kept and was stopped. Print a summary."),
  script_output_invalid: library(422, 10,
    "The script's output is not what it should be. Print one JSON object, or plain text."),
  artifacts_not_saved: library(507, 8,
    "The script ran, but the files it made could not be saved."),
  dependency_refused: library(403, 7,
    "The script depends on a package that is not on this installation's list."),
  dependency_failed: library(502, 9,
    "The script's declared dependencies could not be installed."),

  // The parts behind the door.
  bus_unavailable: dependency(503, 14,
    "The message bus does not answer. Try again shortly."),
  turn_not_stored: dependency(503, 14,
    "The turn could not be stored and did not run. Send it again."),
  storage_full: capacity(507, 8,
    "What is kept for this tenant has no more room, so this was not taken. Older entries make room by their age; ask whoever runs this for more.", { retryable: false }),
  store_unavailable: dependency(503, 14,
    "The context store does not answer."),
  router_unavailable: dependency(503, 14,
    "The router does not answer. Predictions resume by themselves."),
  sign_in_unavailable: dependency(503, 14,
    "The identity provider's keys cannot be read. Try again shortly."),
  database_unavailable: dependency(503, 14,
    "The database does not answer. Try again shortly."),
  registry_unavailable: dependency(503, 14,
    "The registry does not answer. The local library works without it; try again shortly."),
  audit_unavailable: dependency(503, 14,
    "What can do damage runs only once that is on record, and the record cannot be stored. Try again shortly."),
  kiwi_unavailable: dependency(503, 14,
    "The tool core does not answer. Try again shortly."),
  flywheel_unavailable: dependency(503, 14,
    "The flywheel does not answer. It runs where LILUX_FLYWHEEL is on."),
  orchestrator_unavailable: dependency(503, 14,
    "The orchestrator does not answer. Try again shortly."),
  llm_unavailable: dependency(503, 14,
    "The language model does not answer. Try again shortly."),
  llm_rejected: dependency(502, 9,
    "The language model refused the request. Check LILUX_LLM_URL, LILUX_LLM_MODEL and LILUX_LLM_API_KEY.", { retryable: false }),
  llm_context_full: dependency(502, 9,
    "The conversation is longer than the language model can read at once. Begin a new session, or ask for less.", { retryable: false }),
  llm_truncated: dependency(502, 14,
    "The language model's answer broke off. Ask again, or for the rest."),
  llm_incomplete: dependency(502, 9,
    "The language model did not finish its answer. Ask again, or for less at once.", { retryable: false }),

  // Time, load and life.
  deadline_exceeded: capacity(504, 4,
    "It took too long and was stopped."),
  cancelled: capacity(499, 1,
    "It was cancelled.", { retryable: false }),
  interrupted: capacity(503, 14,
    "The turn was interrupted before it ended. What had run is listed; ask again for the rest."),
  outcome_unknown: capacity(409, 10,
    "The call was begun before and how it ended is not known. It was not run again. Look at what it was to change.", { retryable: false }),
  overloaded: capacity(503, 8,
    "Too much work is waiting. Try again shortly."),
  slow_reader: capacity(503, 8,
    "The client reads too slowly. Connect again and resume.", { close: 4429 }),
  shutting_down: capacity(503, 14,
    "The server is restarting. Connect again.", { close: 1012 }),
  session_replaced: capacity(409, 10,
    "The session was resumed on another connection.", { close: 4409, retryable: false }),

  not_reachable: dependency(503, 14,
    "No Lilux answers there. Start one, or correct the address."),

  // Our own.
  config_invalid: operator(500, 9,
    "The configuration is not usable."),
  peer_unauthenticated: operator(503, 16,
    "A part of Lilux refused another, because their secrets or certificates do not belong together. Whoever runs it has to correct that."),
  secrets_unavailable: operator(503, 9,
    "Secrets cannot be opened here. Whoever runs this server has to look at its master key."),
  model_invalid: operator(500, 9,
    "The model's files do not match their manifest."),
  internal: operator(500, 13,
    "Something went wrong on our side. It was logged.", { close: 1011 }),
} satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof table;
export const ERRORS: Readonly<Record<ErrorCode, ErrorTraits>> = table;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(table, value);
}

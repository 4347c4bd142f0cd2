import { ADMIN_OPERATIONS } from "./openapi-admin-operations.ts";
import { APPROVAL_OPERATIONS } from "./openapi-approval-operations.ts";
import { REGISTRY_OPERATIONS } from "./openapi-registry-operations.ts";
import type { OperationText } from "./openapi-text.ts";

const ITEM = { item_type: "script", item_id: "email/email_validator" };

/** By method and path, where there is more to say than the route itself does. */
export const OPERATIONS: Readonly<Record<string, OperationText>> = {
  "POST /v1/predict": {
    operationId: "predict",
    tag: "Predictions",
    description:
      "Ranks the calls that a line may mean, best first, also those too unsure to be shown.",
    answer: "The ranked calls.",
    example: { text: "find email scripts" },
  },
  "POST /v1/search": {
    operationId: "searchItems",
    tag: "Library",
    description:
      "Finds items by words and meaning. All pages together hold at most a hundred hits: narrow the words for others.",
    answer: "A page of hits, best first.",
    example: { item_type: "script", query: "email", limit: 5 },
  },
  "POST /v1/load": {
    operationId: "loadItem",
    tag: "Library",
    description:
      "Reads one item whole, or copies it to `destination`. Taking another namespace's item into the library is confirmed as an execute is.",
    answer: "The item and its text.",
    example: { ...ITEM, source: "project" },
    isNamedByKey: true,
  },
  "POST /v1/execute": {
    operationId: "executeItem",
    tag: "Library",
    description:
      "Runs, creates, updates, deletes or publishes an item. What needs a person's yes is answered 428 with the question in `details`; the same body with `confirmation` then runs exactly that call. The same name again runs nothing and answers the first result. With `Accept: text/event-stream` progress is told, too.",
    answer: "What came of it; a script that failed has the status `error`.",
    example: { ...ITEM, action: "run", parameters: { emails: ["ann@example.org"] } },
    isNamedByKey: true,
  },
  "GET /v1/items": {
    operationId: "listItems",
    tag: "Library",
    description: "Lists the library by pages. Files that cannot be read come with the first.",
    answer: "A page of items.",
  },
  "GET /v1/items/{id}": {
    operationId: "getItem",
    tag: "Library",
    description:
      "What lists know of one item, by its bare or qualified id; a slash within it is written %2F. Its text is `loadItem`'s.",
    answer: "The item.",
  },
  "GET /v1/runs/{callId}": {
    operationId: "getRun",
    tag: "Library",
    description: "The whole result of a call that ran in the last ten minutes, by its name.",
    answer: "The result.",
  },
  "GET /v1/runs/{callId}/artifacts/{name}": {
    operationId: "downloadArtifact",
    tag: "Library",
    description: "A file that a run made; a slash within its name is written %2F.",
    answer: "The file's bytes.",
  },
  "POST /v1/turns": {
    operationId: "runTurn",
    tag: "Turns",
    description:
      "Runs one turn and tells its events as they come. One id is one turn: sent again under its id it is told again, or told on where `Last-Event-ID` says how far that came. Whoever named it has ten seconds to come back before it is cancelled; else going away cancels it.",
    answer: "Server-sent events: `event` is the type, `id` the offset, `data` the event.",
    example: { text: "make me five uuids", turnId: "t-1" },
    isNamedByKey: true,
    isResumed: true,
  },
  "POST /v1/turns/{turnId}/confirm": {
    operationId: "confirmCall",
    tag: "Turns",
    description: "A person's yes or no to a `confirm-request` of a running turn.",
    answer: "It was passed on.",
    example: { callId: "c1", approve: true },
  },
  "POST /v1/turns/{turnId}/cancel": {
    operationId: "cancelTurn",
    tag: "Turns",
    description: "Ends a running turn, and what it has open.",
    answer: "It was passed on.",
  },
  "POST /v1/tickets": {
    operationId: "createTicket",
    tag: "Access",
    description:
      "A single-use credential for the WebSocket at `/v1/session`, which browsers can send.",
    answer: "The ticket.",
  },
  "DELETE /v1/lessons": {
    operationId: "forgetLessons",
    tag: "Teaching",
    description: "What was learnt from lines that were sent is never used again.",
    answer: "It is forgotten.",
  },
  "GET /v1/phrasings": {
    operationId: "listPhrasings",
    tag: "Teaching",
    description: "The lines that language models wrote for items, and how far that has come.",
    answer: "A page of items with their lines.",
  },
  "POST /v1/phrasings": {
    operationId: "writePhrasings",
    tag: "Teaching",
    description:
      "Has the language model write lines for items now. It takes minutes where its server is slow.",
    answer: "What was written.",
    example: { items: [ITEM], dry_run: true },
  },
  "PUT /v1/phrasings": {
    operationId: "takePhrasings",
    tag: "Teaching",
    description: "Takes over lines that a library ships with its items.",
    answer: "What was taken over.",
    example: {
      model: "a-model",
      items: [{ ...ITEM, textHash: "0f3a", lines: ["is this address all right"] }],
    },
  },
  "DELETE /v1/phrasings": {
    operationId: "forgetPhrasings",
    tag: "Teaching",
    description: "What language models wrote is used no more, for one item or for all.",
    answer: "How much is forgotten.",
  },
  "GET /v1/flywheel": {
    operationId: "showFlywheel",
    tag: "Flywheel",
    description: "What may be kept of the tenant's turns, and how much is.",
    answer: "The state.",
  },
  "PUT /v1/flywheel/consent": {
    operationId: "setConsent",
    tag: "Flywheel",
    description: "Says what may be kept of the tenant's turns; what may not any more is deleted.",
    answer: "The state from now on.",
    example: { level: "metrics" },
  },
  "PUT /v1/flywheel/part": {
    operationId: "takePart",
    tag: "Flywheel",
    description: "Whether one takes part oneself; of whoever does not, everything is deleted.",
    answer: "The state from now on.",
    example: { takesPart: false },
  },
  "GET /v1/flywheel/turns": {
    operationId: "listKeptTurns",
    tag: "Flywheel",
    description: "What is kept of one's own turns, as it is stored.",
    answer: "A page of turns.",
  },
  "DELETE /v1/flywheel/turns": {
    operationId: "deleteKeptTurns",
    tag: "Flywheel",
    description: "Deletes what is kept, and marks the datasets that it went into as stale.",
    answer: "How much was deleted.",
  },
  "POST /v1/flywheel/datasets": {
    operationId: "buildDataset",
    tag: "Flywheel",
    description: "Makes a dataset of what is kept.",
    answer: "The dataset's manifest.",
    example: { name: "router" },
  },
  "GET /v1/flywheel/datasets": {
    operationId: "listDatasets",
    tag: "Flywheel",
    description: "The datasets, the newest first.",
    answer: "Their manifests.",
  },
  "GET /v1/flywheel/datasets/{version}": {
    operationId: "readDataset",
    tag: "Flywheel",
    description: "A dataset's rows, by pages.",
    answer: "A page of rows.",
  },
  "GET /v1/flywheel/reviews": {
    operationId: "listReviews",
    tag: "Flywheel",
    description:
      "The next labels to judge: the rule with the fewest reviews first, its labels in an order that nobody chose.",
    answer: "Labels with what was typed, shown and done.",
  },
  "POST /v1/flywheel/reviews": {
    operationId: "addReview",
    tag: "Flywheel",
    description:
      "Says of a label that it is right, which call was meant, or that it teaches nothing.",
    answer: "It is kept.",
    example: { id: "12.settled.0123456789ab", verdict: "accept" },
  },
  "DELETE /v1/flywheel/reviews/last": {
    operationId: "undoReview",
    tag: "Flywheel",
    description: "Takes back the caller's last review.",
    answer: "Which one, and its label as it is to be judged again.",
  },
  "GET /v1/flywheel/thresholds": {
    operationId: "showThresholds",
    tag: "Flywheel",
    description: "The bar of acting as it counts, what the last fit said, and what was before.",
    answer: "The bar; null is the gateway's own.",
  },
  "PUT /v1/flywheel/thresholds": {
    operationId: "switchThresholds",
    tag: "Flywheel",
    description: "Has the bar fitted to what people took, now and every night, or not at all.",
    answer: "The bar from now on.",
    example: { mode: "on" },
  },
  "POST /v1/flywheel/thresholds/fit": {
    operationId: "fitThresholds",
    tag: "Flywheel",
    description: "Fits the bar now, and says how many turns are missing where there are too few.",
    answer: "The bar and the fit.",
  },
  "POST /v1/flywheel/thresholds/rollback": {
    operationId: "rollBackThresholds",
    tag: "Flywheel",
    description: "Goes back to the bar that counted before, and holds it there.",
    answer: "The bar from now on.",
  },
  "GET /v1/flywheel/noise": {
    operationId: "showNoise",
    tag: "Flywheel",
    description: "How often each rule of labels is wrong, by what reviewers said.",
    answer: "By rule, with 95 % intervals.",
  },
  "POST /v1/chat/completions": {
    operationId: "createChatCompletion",
    tag: "OpenAI",
    description: "Answers a conversation as OpenAI's API does, streamed or whole.",
    answer: "The completion.",
    example: { model: "lilux", messages: [{ role: "user", content: "find email scripts" }] },
  },
  "GET /v1/models": {
    operationId: "listModels",
    tag: "OpenAI",
    description: "The models that a caller may name.",
    answer: "The models.",
  },
  "GET /v1/models/{model}": {
    operationId: "retrieveModel",
    tag: "OpenAI",
    description: "Whether a model is there.",
    answer: "The model.",
  },
  "POST /v1/decisions": {
    operationId: "createDecision",
    tag: "OpenAI",
    description:
      "How probable each call is that a line may mean, in the form of OpenAI's Decisions API.",
    answer: "The probabilities.",
  },
  ...ADMIN_OPERATIONS,
  ...REGISTRY_OPERATIONS,
  ...APPROVAL_OPERATIONS,
  "GET /health/live": {
    operationId: "live",
    tag: "Health",
    description: "Whether the process lives. Needs no key.",
    answer: "It does.",
  },
  "GET /health/ready": {
    operationId: "ready",
    tag: "Health",
    description: "Whether it can work now, and what it waits for if not. Needs no key.",
    answer: "It can.",
  },
};

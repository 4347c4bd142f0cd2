import {
  ApprovalRequest,
  ApprovalSettled,
  BudgetNotice,
  CLIENT_FRAMES,
  ContextWarmed,
  ErrorFrame,
  PredictionFrame,
  SessionEvent,
  SessionStart,
  ThoughtDelta,
} from "@lilux/protocol";

type Schema = Record<string, unknown>;

const SENT_BY_CLIENT: Readonly<Record<string, string>> = {
  hello: "First frame, within ten seconds; may resume an earlier session.",
  keystroke: "The whole line as it stands; seq rises. Answered by prediction, newest wins.",
  accept: "Commits a candidate of the newest prediction: Tab is index 0, the keys 1 to 9.",
  choose: "Commits exactly this call, which the person chose from a list or filled in.",
  submit: "Commits the line (Enter); the confidence policy decides who chooses the call.",
  ask: "Commits the line to the orchestrator (Ctrl+E).",
  confirm: "A person's yes or no to the exact arguments of one destructive call.",
  approve:
    "An approver's yes or no to a call of somebody else, with a reason if they like. Counts once.",
  cancel: "Ends a running turn, and what it has open upstream.",
  feedback: "Rates a turn of this session.",
};

const EVENTS: Readonly<Record<string, string>> = {
  "turn-accepted": "The turn is stored: from here on it is told to its end.",
  "turn-start": "Who decides on the call: at once, after one question, or the orchestrator.",
  "call-start": "A call begins.",
  "call-progress": "What a running script says of how far it is.",
  "call-end": "What a call came to: its result, or its error.",
  "confirm-request": "A call waits for a person's yes to exactly these arguments.",
  "plan-update": "The turn's steps, each with its state.",
  "text-delta": "The next piece of the answer.",
  "turn-end": "How the turn ended, and what it took. The last event of every turn.",
};

/** The AsyncAPI 3.0 document of the socket `lilux.v1`, from the very schemas that check its frames. */
export function buildAsyncApi(): Schema {
  const client = Object.entries(CLIENT_FRAMES).map(
    ([name, schema]) => [name, schema, SENT_BY_CLIENT[name]] as const,
  );
  const server = serverMessages();
  const message = ([name, payload, summary]: readonly [string, unknown, string | undefined]) => [
    name,
    { name, summary: summary ?? name, contentType: "application/json", payload: plain(payload) },
  ];
  const reference = (name: string) => ({ $ref: `#/channels/session/messages/${name}` });
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Lilux session socket",
      version: "1",
      description:
        "JSON text frames over a WebSocket with the subprotocol lilux.v1. Credentials: an Authorization header, or a single-use ticket from POST /v1/tickets as ?ticket=.",
      license: { name: "Apache-2.0" },
    },
    servers: { local: { host: "localhost:8080", protocol: "ws" } },
    channels: {
      session: {
        address: "/v1/session",
        messages: Object.fromEntries([...client, ...server].map(message)),
        bindings: {
          ws: {
            method: "GET",
            query: { type: "object", properties: { ticket: { type: "string" } } },
          },
        },
      },
    },
    operations: {
      fromClient: operation(
        "receive",
        client.map(([name]) => reference(name)),
      ),
      toClient: operation(
        "send",
        server.map(([name]) => reference(name)),
      ),
    },
  };
}

function operation(action: "send" | "receive", messages: Schema[]): Schema {
  return { action, channel: { $ref: "#/channels/session" }, messages };
}

/** Server frames by their `type`; the events of a turn come out of one union. */
function serverMessages(): [string, unknown, string][] {
  const events = (plain(SessionEvent) as { anyOf: Schema[] }).anyOf.map(
    (schema): [string, unknown, string] => {
      const { type } = schema["properties"] as { type: { const: string } };
      return [
        type.const,
        schema,
        `${EVENTS[type.const] ?? ""} An event of a turn: kept, and replayed on resume in the order of offset.`.trim(),
      ];
    },
  );
  return [
    [
      "session-start",
      SessionStart,
      "Answers hello. With recovered true every missed event follows in order.",
    ],
    [
      "prediction",
      PredictionFrame,
      "Ranked calls for one keystroke. Newest wins; never replayed. May come again with the same id, once the list has settled or a result is at hand.",
    ],
    ["context-warmed", ContextWarmed, "The session's likely items changed."],
    ["error", ErrorFrame, "What went wrong, which field, and what to do next."],
    [
      "approval-request",
      ApprovalRequest,
      "A call of somebody else waits for a yes that this person may give. Told again over each new connection while it waits.",
    ],
    [
      "approval-settled",
      ApprovalSettled,
      "Such a call needs no answer any more. Told to those who could answer and to who asked.",
    ],
    [
      "budget-notice",
      BudgetNotice,
      "A budget of the tenant's month is used to four fifths, or to its end. Told once to each admin, and to who took it there.",
    ],
    [
      "thought-delta",
      ThoughtDelta,
      "What a model thinks before it answers: told once, to who is connected, and kept nowhere.",
    ],
    ...events,
  ];
}

/** A schema without the library's own symbols. */
function plain(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema));
}

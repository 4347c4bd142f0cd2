import {
  LiluxError,
  type PredictionFrame,
  padFrame,
  type ServerFrame,
  type SessionEvent,
  type SessionStart,
} from "@lilux/protocol";
import { createConnection } from "./connection.ts";
import { createEmitter } from "./create-emitter.ts";
import { createInbox } from "./inbox.ts";
import { createKeystrokeSender } from "./keystroke-sender.ts";
import type {
  ClientEvents,
  ClientTurn,
  ConnectionState,
  LiluxClient,
  LiluxClientOptions,
  ResumePoint,
  StateChange,
} from "./lilux-client.ts";
import { createOpenTurns, type OpenTurn } from "./open-turns.ts";
import { paced } from "./paced.ts";
import { createReplies } from "./replies.ts";

const FRAMES_UNREAD_MAX = 10_000;
/** Until a session says what its gateway takes; what it takes unless told. */
const FRAME_BYTES_MAX = 49_024;
const FRAMES_PER_SECOND = 50;

/** Opens a session at a gateway and keeps it. See `LiluxClient` for what it promises. */
export function createLiluxClient(options: LiluxClientOptions): LiluxClient {
  const emitter = createEmitter<ClientEvents>();
  const openTurns = createOpenTurns();
  const readers = new Set<{ push(frame: ServerFrame): void; end(): void }>();
  let ready = settledQuietly();
  let state: ConnectionState = "connecting";
  let session: SessionStart | undefined;
  let point: ResumePoint | undefined = options.resume;
  let prediction: PredictionFrame | undefined;
  let seq = 0;
  const replies = createReplies();

  const connection = paced(createConnection(options, { onOpen, onText, onState }));
  const keystrokes = createKeystrokeSender(connection);

  function onOpen(): void {
    const { traceparent, padded } = options;
    const hello = { type: "hello", resume: point, traceparent, padded };
    connection.send(padded === true ? padFrame(JSON.stringify(hello)) : JSON.stringify(hello));
    connection.expectAnswer();
  }

  function onText(text: string): void {
    const frame = readFrame(text);
    if (frame === undefined) connection.restart();
    else takeFrame(frame);
  }

  function takeFrame(frame: ServerFrame): void {
    if (frame.type === "session-start") onSessionStart(frame);
    else if (frame.type === "prediction") {
      if (!takePrediction(frame)) return;
    } else if (frame.type === "context-warmed") emitter.emit("context-warmed", frame);
    else if (frame.type === "error") {
      if (!replies.takeError(frame) || !openTurns.takeError(frame)) return;
      emitter.emit("error", frame);
    } else if (frame.type === "approval-request") emitter.emit("approval-request", frame);
    else if (frame.type === "approval-settled") emitter.emit("approval-settled", frame);
    else if (frame.type === "budget-notice") emitter.emit("budget-notice", frame);
    else if (frame.type === "thought-delta") emitter.emit("thought", frame);
    // What a newer server says beside its events is for whoever knows it.
    else if ("offset" in frame && !takeEvent(frame)) return;
    emitter.emit("frame", frame);
    for (const reader of readers) reader.push(frame);
  }

  function onSessionStart(frame: SessionStart): void {
    // What they are about is gone with a session that was not recovered.
    if (!frame.recovered) replies.clear();
    if (!frame.recovered && session !== undefined) {
      for (const lost of openTurns.lose()) emitter.emit("turn-lost", lost);
    }
    session = frame;
    const { sessionId, resumeToken } = frame;
    point = { sessionId, resumeToken, offset: frame.recovered ? (point?.offset ?? 0) : 0 };
    connection.settled();
    if (frame.padding === undefined) connection.unpaced();
    else connection.pace(frame.padding.tickMs, frame.limits.frameBytesMax);
    onState({ state: "open" });
    emitter.emit("session-start", frame);
    ready.resolve(frame);
    for (const turn of openTurns.unaccepted()) commit(turn);
    for (const reply of replies.again()) connection.send(JSON.stringify(reply));
  }

  function reply(frame: Parameters<typeof replies.keep>[0]): void {
    const sent = state === "open" && connection.send(JSON.stringify(frame));
    replies.keep(frame, { sent });
  }

  function takePrediction(frame: PredictionFrame): boolean {
    if (prediction !== undefined && frame.seq < prediction.seq) return false;
    prediction = frame;
    emitter.emit("prediction", frame);
    return true;
  }

  /** False for a repeat. After a hole the connection is opened again, to have it filled. */
  function takeEvent(event: SessionEvent): boolean {
    if (point === undefined || event.offset <= point.offset) return false;
    if (event.offset > point.offset + 1) {
      connection.restart();
      return false;
    }
    point = { ...point, offset: event.offset };
    replies.takeEvent(event);
    openTurns.takeEvent(event);
    emitter.emit("event", event);
    return true;
  }

  function onState(change: StateChange): void {
    if (state === "open" && change.state !== "open") ready = settledQuietly();
    // The server drops predictions with the connection, so a shown one cannot be accepted.
    if (change.state !== "open") {
      keystrokes.clear();
      connection.unpaced();
    }
    state = change.state === "reconnecting" && session === undefined ? "connecting" : change.state;
    emitter.emit("state", { ...change, state });
    if (change.state !== "closed") return;
    const error = change.error ? LiluxError.fromBody(change.error) : new LiluxError("cancelled");
    ready.reject(error);
    openTurns.endAll(error);
    for (const reader of readers) reader.end();
  }

  function commit(turn: OpenTurn): void {
    if (state !== "open") return;
    if (connection.send(JSON.stringify(turn.frame))) turn.sent += 1;
    connection.expectAnswer();
  }

  function openTurn(turnId: string, frame: object): ClientTurn {
    if (state === "closed") throw new LiluxError("cancelled", { message: "The client is closed." });
    keystrokes.clear();
    const turn = openTurns.open(turnId, frame);
    const bytes = bytesOf(frame);
    if (bytes > frameBytesMax()) openTurns.takeError({ ...tooLarge(bytes), type: "error", turnId });
    else commit(turn);
    return {
      turnId,
      events: turn.events,
      ended: turn.ended,
      confirm: (callId, approve) => client.confirm(turnId, callId, approve),
      cancel: () => client.cancel(turnId),
    };
  }

  const frameBytesMax = (): number => session?.limits.frameBytesMax ?? FRAME_BYTES_MAX;
  const gapMs = (): number => 1_000 / (session?.limits.framesPerSecondMax ?? FRAMES_PER_SECOND);

  const client: LiluxClient = {
    state: () => state,
    session: () => session,
    resumePoint: () => point,
    ready: () => ready.promise,
    prediction: () => prediction,
    on: emitter.on,
    frames(signal) {
      const queue = createInbox<ServerFrame>(FRAMES_UNREAD_MAX);
      readers.add(queue);
      const stop = (): void => {
        readers.delete(queue);
        queue.end();
      };
      if (state === "closed" || signal?.aborted) stop();
      signal?.addEventListener("abort", stop, { once: true });
      return queue;
    },
    type(text) {
      seq += 1;
      const frame = { type: "keystroke", seq, text };
      const bytes = bytesOf(frame);
      if (bytes > frameBytesMax()) emitter.emit("error", { ...tooLarge(bytes), type: "error" });
      else if (state === "open") keystrokes.send(JSON.stringify(frame), gapMs());
      return seq;
    },
    accept(index, { predictionId = prediction?.predictionId, turnId = newId() } = {}) {
      if (predictionId === undefined) throw new LiluxError("unknown_prediction");
      return openTurn(turnId, { type: "accept", turnId, predictionId, index });
    },
    choose(call, { text, turnId = newId() }) {
      return openTurn(turnId, { type: "choose", turnId, text, call });
    },
    submit(text, { predictionId, turnId = newId() } = {}) {
      return openTurn(turnId, { type: "submit", turnId, text, predictionId });
    },
    ask: (text, { turnId = newId() } = {}) => openTurn(turnId, { type: "ask", turnId, text }),
    confirm(turnId, callId, approve) {
      reply({ type: "confirm", turnId, callId, approve });
    },
    approve(approvalId, approve, reason) {
      const frame = { type: "approve", approvalId, approve, reason };
      return state === "open" && connection.send(JSON.stringify(frame));
    },
    cancel(turnId) {
      reply({ type: "cancel", turnId });
    },
    feedback(turnId, rating, comment) {
      reply({ type: "feedback", turnId, rating, ...(comment === undefined ? {} : { comment }) });
    },
    close: () => connection.close(),
  };

  connection.start();
  return client;
}

/** Undefined for what no server of this protocol says. */
function readFrame(text: string): ServerFrame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    const isFrame = typeof frame === "object" && frame !== null && "type" in frame;
    return isFrame ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}

/** A promise nobody need wait for: its rejection alone does not bring a process down. */
function settledQuietly(): PromiseWithResolvers<SessionStart> {
  const ready = Promise.withResolvers<SessionStart>();
  ready.promise.catch(() => undefined);
  return ready;
}

function tooLarge(bytes: number): ReturnType<LiluxError["toBody"]> {
  return new LiluxError("frame_too_large", { details: { bytes } }).toBody();
}

function bytesOf(frame: object): number {
  return new TextEncoder().encode(JSON.stringify(frame)).length;
}

function newId(): string {
  return crypto.randomUUID();
}

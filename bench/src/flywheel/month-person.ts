import { setTimeout as pause } from "node:timers/promises";
import { createParser, PredictionFrame, type ServerFrame } from "@lilux/protocol";
import { WebSocket } from "ws";
import type { Action } from "./decide-action.ts";

const predictions = createParser(PredictionFrame, "prediction", "internal");
const WITHIN_MS = 120_000;
/** How soon a busy machine answers is no part of this: somebody waits for the list, and types on. */
const LATE: readonly string[] = ["router_unavailable", "library_loading", "context_unavailable"];
const OPEN_TRIES = 30;
const OPEN_AGAIN_MS = 1_000;
const TRIES = 200;
const LATE_MS = 50;

/** What a turn came to. */
export interface EndedTurn {
  turnId: string;
  /** Calls that were begun in it. */
  ran: Extract<ServerFrame, { type: "call-start" }>["call"][];
  outcome: string;
}

/** One session of somebody at the gateway's socket, speaking the protocol itself. */
export interface MonthSession {
  /** With the router's word on it, however busy the machine is. */
  predict(text: string): Promise<PredictionFrame>;
  /** Does it and waits for the turn's end; a yes that is asked for is given. */
  act(action: Action, given: { text: string; prediction: PredictionFrame }): Promise<EndedTurn>;
  rateDown(turnId: string): void;
  close(): Promise<void>;
}

/** Tries again where a busy machine was too late for a greeting. */
export async function openMonthSession(url: string, key: string): Promise<MonthSession> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connect(url, key);
    } catch (thrown) {
      if (tries === OPEN_TRIES) throw thrown;
      await pause(OPEN_AGAIN_MS);
    }
  }
}

async function connect(url: string, key: string): Promise<MonthSession> {
  const address = `${url.replace("http", "ws")}/v1/session`;
  const headers = { authorization: `Bearer ${key}` };
  const socket = new WebSocket(address, "lilux.v1", { perMessageDeflate: false, headers });
  const listeners = new Set<(frame: ServerFrame) => void>();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      resolve();
      broken.reject(new Error("the socket closed"));
    });
  });
  socket.on("error", (error) => broken.reject(error));
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data)) as ServerFrame;
    for (const listener of listeners) listener(frame);
  });
  const send = (frame: object): void => socket.send(JSON.stringify(frame));

  async function until<Found>(found: (frame: ServerFrame) => Found | undefined): Promise<Found> {
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    const timer = setTimeout(() => reject(new Error("no answer")), WITHIN_MS);
    const listener = (frame: ServerFrame): void => {
      const taken = found(frame);
      if (taken !== undefined) resolve(taken);
    };
    listeners.add(listener);
    try {
      return await Promise.race([promise, broken.promise]);
    } finally {
      clearTimeout(timer);
      listeners.delete(listener);
    }
  }

  socket.once("open", () => send({ type: "hello" }));
  await until((frame) => (frame.type === "session-start" ? true : undefined));
  let seq = 0;
  let turns = 0;
  return {
    async predict(text) {
      for (let tries = 1; ; tries += 1) {
        seq += 1;
        const sent = seq;
        const answered = until((frame) =>
          frame.type === "prediction" && frame.seq === sent ? predictions.parse(frame) : undefined,
        );
        send({ type: "keystroke", seq: sent, text });
        const prediction = await answered;
        const isLate = prediction.degraded?.some((what) => LATE.includes(what)) === true;
        if (!isLate || tries === TRIES) return prediction;
        await pause(LATE_MS);
      }
    },
    async act(action, { text, prediction }) {
      turns += 1;
      const turnId = `turn-${turns}`;
      const { predictionId } = prediction;
      const ran: EndedTurn["ran"] = [];
      const ended = until((frame): EndedTurn | undefined => {
        if (!("turnId" in frame) || frame.turnId !== turnId) return undefined;
        if (frame.type === "call-start") ran.push(frame.call);
        if (frame.type === "confirm-request") {
          send({ type: "confirm", turnId, callId: frame.callId, approve: true });
        }
        if (frame.type === "error") return { turnId, ran, outcome: frame.code };
        return frame.type === "turn-end" ? { turnId, ran, outcome: frame.outcome } : undefined;
      });
      if (action.do === "accept") {
        send({ type: "accept", turnId, predictionId, index: action.index });
      } else if (action.do === "choose") send({ type: "choose", turnId, text, call: action.call });
      else send({ type: "submit", turnId, text, predictionId });
      return ended;
    },
    rateDown: (turnId) => send({ type: "feedback", turnId, rating: "down" }),
    async close() {
      socket.close();
      await closed;
    },
  };
}

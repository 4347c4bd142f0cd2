import { createParser, PredictionFrame } from "@lilux/protocol";
import { WebSocket } from "ws";

const predictionParser = createParser(PredictionFrame, "prediction", "internal");

/** What a prediction that came back was worth. */
export interface TypedAnswer {
  /** The gateway answered in time without the router. */
  isEmpty: boolean;
  /** The router answered without something it should have had. */
  isDegraded: boolean;
  candidates: number;
  /** An empty one came before it. */
  isMadeUp: boolean;
}

export interface Typist {
  /** Sends the line as it stands; resolves with its prediction, rejects when a newer one overtook it. */
  type(text: string): Promise<TypedAnswer>;
  close(): void;
}

interface Waiting {
  resolve: (answer: TypedAnswer) => void;
  reject: (error: Error) => void;
  isMadeUp: boolean;
}

/**
 * One socket that types, speaking the protocol itself so that nothing of the client is measured. One that
 * waits takes an empty answer for none: the line stands, and what the router says of it comes late.
 */
export async function connectTypist(
  url: string,
  key?: string,
  { waits = false }: { waits?: boolean } = {},
): Promise<Typist> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const socket = new WebSocket(url, "lilux.v1", { perMessageDeflate: false, headers });
  const started = Promise.withResolvers<void>();
  const waiting = new Map<number, Waiting>();
  let seq = 0;

  socket.once("error", started.reject);
  socket.once("open", () => socket.send(JSON.stringify({ type: "hello" })));
  socket.on("message", (data) => {
    const frame: unknown = JSON.parse(String(data));
    const { type } = frame as { type: string };
    if (type === "session-start") started.resolve();
    if (type !== "prediction") return;
    const { seq: answered, candidates, degraded = [] } = predictionParser.parse(frame);
    const isEmpty = degraded.includes("router_unavailable");
    const isDegraded = degraded.length > 0 && !isEmpty;
    if (isEmpty && waits) {
      const standing = waiting.get(answered);
      if (standing !== undefined) standing.isMadeUp = true;
      return;
    }
    settle(answered, { isEmpty, isDegraded, candidates: candidates.length });
  });
  socket.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the socket closed"));
  });

  function settle(answered: number, answer: Omit<TypedAnswer, "isMadeUp">): void {
    for (const [sent, { resolve, reject, isMadeUp }] of waiting) {
      if (sent > answered) continue;
      waiting.delete(sent);
      if (sent === answered) resolve({ ...answer, isMadeUp });
      else reject(new Error("overtaken"));
    }
  }

  await started.promise;
  return {
    type(text) {
      seq += 1;
      const sent = seq;
      const { promise, resolve, reject } = Promise.withResolvers<TypedAnswer>();
      waiting.set(sent, { resolve, reject, isMadeUp: false });
      setTimeout(() => {
        if (waiting.delete(sent)) reject(new Error("no answer"));
      }, 2_000).unref();
      socket.send(JSON.stringify({ type: "keystroke", seq: sent, text }));
      return promise;
    },
    close: () => socket.close(),
  };
}

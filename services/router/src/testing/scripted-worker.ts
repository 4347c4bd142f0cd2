import { EventEmitter } from "node:events";
import type { RawLine, WorkerAnswer, WorkerRequest } from "../model/worker-messages.ts";
import type { PoolWorker } from "../model/worker-pool.ts";

export type Work = Extract<WorkerRequest, { id: number }>;

/** A worker thread whose every step a test decides. */
export interface ScriptedWorker extends PoolWorker {
  /** What it was told to do and has not answered, oldest first. */
  readonly pending: Work[];
  /** The texts it was ever given, in order. */
  readonly begun: string[];
  becomeReady(): void;
  /** Answers the oldest piece of work. */
  finish(): void;
  /** Ends as a crashed thread does. */
  crash(): void;
}

export function createScriptedWorker({ ready = true } = {}): ScriptedWorker {
  const events = new EventEmitter();
  const pending: Work[] = [];
  const begun: string[] = [];
  const say = (answer: WorkerAnswer): void => void events.emit("message", answer);
  const worker: ScriptedWorker = {
    pending,
    begun,
    on: (event: string, listener: (...values: never[]) => void) =>
      events.on(event, listener as (...values: unknown[]) => void),
    postMessage(request) {
      if (request.kind === "stop") {
        queueMicrotask(() => events.emit("exit", 0));
        return;
      }
      pending.push(request);
      begun.push(request.text);
    },
    becomeReady: () => say({ kind: "ready" }),
    finish() {
      const work = pending.shift();
      if (work === undefined) throw new Error("nothing to finish");
      const { id, text } = work;
      if (work.kind === "line") say({ kind: "line", id, line: rawLine(text), runMs: 1 });
      else say({ kind: "item", id, item: { embedding: new Float32Array([1, 0]) }, runMs: 1 });
    },
    crash() {
      pending.length = 0;
      events.emit("error", new Error("scripted crash"));
      events.emit("exit", 1);
    },
  };
  if (ready) queueMicrotask(() => worker.becomeReady());
  return worker;
}

function rawLine(text: string): RawLine {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  return {
    words,
    queryLogits: words.map(() => 0),
    primitive: new Float32Array(4),
    itemType: new Float32Array(3),
    action: new Float32Array(5),
    searchSource: new Float32Array(3),
    loadSource: new Float32Array(3),
    reference: undefined,
    embedding: new Float32Array([1, 0]),
    tokens: undefined,
  };
}

import type { ItemReading } from "./item-reading.ts";

/** What the pool and its worker threads say to each other. */
export interface WorkerData {
  directory: string;
  textTokensMax: number;
  itemTokensMax: number;
  /** Whether to give the vectors of single tokens, where the graph has them. */
  givesTokens: boolean;
}

export type WorkerRequest =
  | { kind: "line"; id: number; text: string }
  | { kind: "item"; id: number; text: string }
  | { kind: "stop" };

/** The raw outputs for one line, in the order of the manifest's labels. */
export interface RawLine {
  words: string[];
  /** The best query logit of each word; words past the token limit are left out. */
  queryLogits: number[];
  primitive: Float32Array;
  itemType: Float32Array;
  action: Float32Array;
  searchSource: Float32Array;
  loadSource: Float32Array;
  reference: number | undefined;
  embedding: Float32Array;
  /** Of a model that gives them: a vector per token that says something, one after the other. */
  tokens: Float32Array | undefined;
}

export type WorkerAnswer =
  | { kind: "ready" }
  | { kind: "line"; id: number; line: RawLine; runMs: number }
  | { kind: "item"; id: number; item: ItemReading; runMs: number }
  | { kind: "failed"; id: number; reason: string };

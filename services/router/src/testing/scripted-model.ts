import { createHash } from "node:crypto";
import type { LineReading } from "@lilux/core/ranking";
import { splitIdentifier } from "@lilux/core/text";
import { LiluxError } from "@lilux/protocol";
import type { ModelManifest } from "../model/model-manifest.ts";
import type { ReadLineOptions, RouterModel } from "../model/router-model.ts";

/** What a scripted model hears in a line; what is left out it is sure of. */
export interface Hearing {
  primitive?: "search" | "load" | "execute" | "none";
  itemType?: "directive" | "script" | "knowledge";
  action?: "run" | "create" | "update" | "delete" | "publish";
  /** These words are the query. */
  query?: string[];
  reference?: number;
}

export interface ScriptedModelOptions {
  version?: string;
  joinsContext?: boolean;
  hear?: (text: string) => Hearing;
  /** Runs before each line is answered, so that a test can hold it back. */
  beforeLine?: (text: string, options: ReadLineOptions) => Promise<void> | void;
  beforeItems?: (texts: readonly string[]) => Promise<void> | void;
}

export interface ScriptedModel extends RouterModel {
  /** The lines read, in order. */
  readonly lines: string[];
  /** The items embedded, in order. */
  readonly items: string[];
  isClosed(): boolean;
}

const WIDTH = 512;

/** A model whose readings a test decides; texts that share words have close embeddings. */
export function createScriptedModel(options: ScriptedModelOptions = {}): ScriptedModel {
  const lines: string[] = [];
  const items: string[] = [];
  let closed = false;
  return {
    lines,
    items,
    isClosed: () => closed,
    manifest: manifestOf(options.version ?? "scripted-1"),
    capabilities: {
      embeddingDimensions: WIDTH,
      textTokensMax: 64,
      joinsContext: options.joinsContext ?? false,
    },
    async readLine(text, given) {
      if (closed) throw new LiluxError("shutting_down");
      lines.push(text);
      await options.beforeLine?.(text, given);
      return readingOf(text, options.hear?.(text) ?? {});
    },
    async readItems(texts, { signal } = {}) {
      await options.beforeItems?.(texts);
      if (signal?.aborted === true) throw new LiluxError("cancelled");
      items.push(...texts);
      return texts.map((text) => ({ embedding: embed(text) }));
    },
    load: () => ({ waitingLines: 0, waitingItems: 0, workersReady: closed ? 0 : 1 }),
    async close() {
      closed = true;
    },
  };
}

function readingOf(text: string, hearing: Hearing): LineReading {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  return {
    words,
    queryLogits: words.map((word) => (hearing.query?.includes(word) === true ? 5 : -5)),
    logPrimitive: sure(["search", "load", "execute", "none"], hearing.primitive ?? "execute"),
    logItemType: sure(["directive", "script", "knowledge"], hearing.itemType ?? "directive"),
    logAction: sure(["run", "create", "update", "delete", "publish"], hearing.action ?? "run"),
    logSearchSource: sure(["local", "registry", "all"], "local"),
    logLoadSource: sure(["project", "user", "registry"], "project"),
    reference: hearing.reference ?? 0,
    embedding: embed(text),
  };
}

function sure<L extends string>(labels: readonly L[], label: L): Record<L, number> {
  const rest = 0.04 / (labels.length - 1);
  const entries = labels.map((name) => [name, Math.log(name === label ? 0.96 : rest)]);
  return Object.fromEntries(entries) as Record<L, number>;
}

/** A bag of hashed words, L2-normalised. */
function embed(text: string): Float32Array {
  const vector = new Float32Array(WIDTH);
  for (const word of splitIdentifier(text)) {
    const at = createHash("sha256").update(word).digest().readUInt32BE(0) % WIDTH;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return length === 0
    ? Float32Array.from(vector, () => Math.sqrt(1 / WIDTH))
    : vector.map((x) => x / length);
}

function manifestOf(version: string): ModelManifest {
  const file = { sha256: "0".repeat(64), bytes: 1 };
  return {
    schemaVersion: 1,
    name: "scripted",
    version,
    kind: "encoder",
    files: { "model.onnx": file, "tokenizer.json": file, "tokenizer_config.json": file },
    labels: {
      primitive: ["search", "load", "execute", "none"],
      itemType: ["directive", "script", "knowledge"],
      action: ["run", "create", "update", "delete", "publish"],
      searchSource: ["local", "registry", "all"],
      loadSource: ["project", "user", "registry"],
    },
    embeddingDimensions: WIDTH,
    maxTextTokens: 64,
    maxItemTokens: 64,
    thresholds: { show: 0.6, act: 0.85 },
    ranker: null,
  };
}

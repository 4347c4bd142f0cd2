import { type Bus, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { type QuantisedEmbedding, unpackFloats, unpackQuantised } from "@lilux/core/embedding";
import {
  createParser,
  EmbedAnswer,
  LiluxError,
  TEXT_CHARACTERS_MAX,
  type Tenant,
} from "@lilux/protocol";

/** Those of one model compare. */
export interface EmbeddedLine {
  model: string;
  embedding: Float32Array;
}

/** Embeddings of one model and width. */
export interface EmbeddedItems {
  model: string;
  width: number;
  embeddings: QuantisedEmbedding[];
}

/** Asks the router what texts mean. It may be down, busy or not there at all. */
export interface EmbeddingSource {
  /** Within 20 ms unless told, or not at all: a search does not wait for meaning. Never rejects. */
  ofLine(
    tenant: Tenant,
    text: string,
    options: {
      signal: AbortSignal;
      traceparent?: string | undefined;
      withinMs?: number | undefined;
    },
  ): Promise<EmbeddedLine | undefined>;
  /** One embedding a text. Rejects as the bus does. */
  ofItems(tenant: Tenant, texts: readonly string[], signal: AbortSignal): Promise<EmbeddedItems>;
}

const parser = createParser(EmbedAnswer, "embeddings");

const LINE_DEADLINE_MS = 20;
/** Items wait behind every typed line, of every tenant. */
const ITEMS_DEADLINE_MS = 30_000;
/** After so many late answers in a row lines are not asked about for a while. */
const LATE_MAX = 3;
const PAUSE_MS = 1_000;

export function createEmbeddingSource(deps: {
  bus: Pick<Bus, "request">;
  clock: Clock;
}): EmbeddingSource {
  const { bus, clock } = deps;
  let late = 0;
  let pausedUntil = 0;

  return {
    async ofLine(tenant, text, { signal, traceparent, withinMs = LINE_DEADLINE_MS }) {
      const line = text.slice(0, TEXT_CHARACTERS_MAX).trim();
      if (line === "" || clock.monotonic() < pausedUntil) return undefined;
      const body = { texts: [line], side: "line" };
      const options = { deadlineMs: withinMs, signal, traceparent };
      try {
        const answer = await bus.request(subjects.embed(tenant), body, options);
        late = 0;
        return lineOf(answer);
      } catch (error) {
        late = LiluxError.from(error).code === "deadline_exceeded" ? late + 1 : 0;
        if (late >= LATE_MAX) {
          late = 0;
          pausedUntil = clock.monotonic() + PAUSE_MS;
        }
        return undefined;
      }
    },
    async ofItems(tenant, texts, signal) {
      const body = { texts: texts.map((text) => text.slice(0, TEXT_CHARACTERS_MAX)), side: "item" };
      const options = { deadlineMs: ITEMS_DEADLINE_MS, signal };
      const answer = await bus.request(subjects.embed(tenant), body, options);
      return itemsOf(answer, texts.length);
    },
  };
}

function lineOf(answer: unknown): EmbeddedLine {
  const packed = parser.parse(answer);
  const [embedding] = unpackFloats(packed, 1) ?? [];
  if (embedding === undefined) throw unreadable(1);
  return { model: packed.model, embedding };
}

function itemsOf(answer: unknown, count: number): EmbeddedItems {
  const packed = parser.parse(answer);
  const embeddings = unpackQuantised(packed, count);
  if (embeddings === undefined) throw unreadable(count);
  return { model: packed.model, width: packed.width, embeddings };
}

function unreadable(count: number): LiluxError {
  return new LiluxError("router_unavailable", {
    cause: new Error(`expected ${count} embeddings of one width`),
  });
}

import { createHash } from "node:crypto";
import type { Clock } from "@lilux/core/async";
import { chooseCalls } from "@lilux/core/ranking";
import type { LibraryIndex } from "@lilux/library-index";
import type { Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { LinePurpose } from "../model/job-queue.ts";
import { gatherItems } from "../rank/gather-items.ts";
import type { Engine } from "./engine.ts";
import { readRespelled, respellFor } from "./read-respelled.ts";

export interface PreviousItemOptions {
  queueWaitMs: number;
  clock: Clock;
}

export interface PreviousItemQuestion {
  engine: Engine;
  library: LibraryIndex | undefined;
  /** Of the library's content. */
  version: string;
  tenant: Tenant;
  /** Of the line it is asked for. */
  purpose: LinePurpose;
  signal: AbortSignal;
}

export interface PreviousItem {
  /**
   * The key of the item that the last committed line was about; undefined when
   * it was about none, or cannot be told in time.
   */
  keyOf(
    history: readonly string[] | undefined,
    question: PreviousItemQuestion,
  ): Promise<string | undefined>;
}

const KNOWN_MAX = 2_000;
/** A reading that failed is not tried again with every key that is pressed: the model is busy. */
const FAILED_FOR_MS = 2_000;

/**
 * Finds out what the line before was about, by routing it as it stands. Done
 * once per line committed, and again when the library changed or is embedded in full: while
 * the next line is typed the answer is at hand.
 */
export function createPreviousItem({ queueWaitMs, clock }: PreviousItemOptions): PreviousItem {
  const known = new LRUCache<string, { key: string | undefined }>({
    max: KNOWN_MAX,
    perf: { now: clock.monotonic },
    ttlResolution: 0,
  });

  async function route(
    text: string,
    { engine, library, tenant, purpose, signal }: PreviousItemQuestion,
  ): Promise<string | undefined> {
    const deadlineAt = clock.unix() + queueWaitMs;
    const respelled = respellFor(engine.model, library);
    const read = readRespelled(
      (part) => engine.model.readLine(part, { tenant, purpose, deadlineAt, signal }),
      respelled,
    );
    const found = { library, reading: await read(text), spelled: respelled(text) };
    const evidence = gatherItems({ ...found, text, warm: [], previousKey: undefined });
    const { candidates } = chooseCalls(evidence, engine.ranker);
    const leader = candidates[0]?.call;
    if (leader === undefined || leader.name === "search") return undefined;
    return library?.resolve(leader.arguments.item_type, leader.arguments.item_id)?.key;
  }

  return {
    async keyOf(history, question) {
      const text = history?.at(-1);
      const { engine, library, version, tenant } = question;
      if (text === undefined || library === undefined) return undefined;
      const isComplete = library.meaning.pendingCount === 0;
      const parts = [tenant, engine.modelKey, version, isComplete, text];
      const name = createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
      const held = known.get(name);
      if (held !== undefined) return held.key;
      try {
        const key = await route(text, question);
        known.set(name, { key });
        return key;
      } catch {
        // The line being typed matters more; its own reading reports what is wrong.
        known.set(name, { key: undefined }, { ttl: FAILED_FOR_MS });
        return undefined;
      }
    },
  };
}

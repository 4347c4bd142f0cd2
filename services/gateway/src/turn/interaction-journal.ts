import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, subjects } from "@lilux/bus";
import type { Interaction } from "@lilux/protocol";
import type { GatewayMetrics } from "../metrics.ts";

const APPEND_WITHIN_MS = 1_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;
/** Storing what waits is tried even when the deadline has passed. */
const CLOSE_AT_LEAST_MS = 250;
const WAITING_MAX = 1_000;

/** Stores interactions in the background; nobody waits for it. */
export interface InteractionJournal {
  /** `id` names the interaction, so that storing it twice keeps one. */
  add(interaction: Interaction, id: string): void;
  /** Stores what waits, or gives up at the deadline. */
  close(withinMs: number): Promise<void>;
}

export interface InteractionJournalDeps {
  bus: Bus;
  metrics: GatewayMetrics;
}

/** Retries until stored. When more than the bound waits, the oldest goes and is counted. */
export function createInteractionJournal(deps: InteractionJournalDeps): InteractionJournal {
  const { bus, metrics } = deps;
  const waiting: { interaction: Interaction; id: string }[] = [];
  const stop = new AbortController();
  let working: Promise<void> | undefined;

  async function drain(): Promise<void> {
    let failures = 0;
    for (let next = waiting[0]; next !== undefined && !stop.signal.aborted; next = waiting[0]) {
      const { interaction, id } = next;
      const subject = subjects.interaction(interaction.tenant);
      try {
        await bus.append("INTERACTIONS", subject, interaction, {
          id,
          deadlineMs: APPEND_WITHIN_MS,
        });
        failures = 0;
        if (waiting[0] === next) waiting.shift();
      } catch {
        failures += 1;
        const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures);
        await sleep(waitMs, undefined, { ref: false, signal: stop.signal }).catch(() => undefined);
      }
    }
    // In the same step as the last look at what waits, so that nothing added now is left lying.
    working = undefined;
  }

  return {
    add(interaction, id) {
      if (stop.signal.aborted) return;
      waiting.push({ interaction, id });
      if (waiting.length > WAITING_MAX) {
        waiting.shift();
        metrics.interactionsDropped.inc();
      }
      working ??= drain();
    },
    async close(withinMs) {
      const deadline = sleep(Math.max(CLOSE_AT_LEAST_MS, withinMs), undefined, { ref: false });
      await Promise.race([working, deadline]);
      metrics.interactionsDropped.inc(waiting.length);
      stop.abort();
    },
  };
}

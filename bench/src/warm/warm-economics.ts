import type { ContextWarmerService } from "@lilux/context-warmer";

/** What the warmer's own metrics say, over several of them. */
export interface WarmEconomics {
  read(warmer: ContextWarmerService): Promise<void>;
  /** Seconds: from a turn to its context, an item's being warm before it was needed, finding done ahead. */
  means(): { turnToContext: number; lead: number; saved: number };
}

export function createWarmEconomics(): WarmEconomics {
  const sums = { turnToContext: 0, contexts: 0, lead: 0, hits: 0, saved: 0 };

  async function metricOf(
    warmer: ContextWarmerService,
    name: string,
    part: string,
  ): Promise<number> {
    const metric = await warmer.registry.getSingleMetric(`lilux_context_warmer_${name}`)?.get();
    const values: readonly { value: number; metricName?: string }[] = metric?.values ?? [];
    return values
      .filter(({ metricName }) => part === "" || metricName?.endsWith(part))
      .reduce((sum, { value }) => sum + value, 0);
  }

  return {
    async read(warmer) {
      sums.turnToContext += await metricOf(warmer, "turn_to_context_seconds", "_sum");
      sums.contexts += await metricOf(warmer, "turn_to_context_seconds", "_count");
      sums.lead += await metricOf(warmer, "lead_seconds", "_sum");
      sums.hits += await metricOf(warmer, "lead_seconds", "_count");
      sums.saved += await metricOf(warmer, "saved_seconds_total", "");
    },
    means: () => ({
      turnToContext: sums.turnToContext / Math.max(1, sums.contexts),
      lead: sums.lead / Math.max(1, sums.hits),
      saved: sums.saved / Math.max(1, sums.hits),
    }),
  };
}

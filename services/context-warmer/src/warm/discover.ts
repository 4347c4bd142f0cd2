import type { Clock } from "@lilux/core/async";
import { loggedError } from "@lilux/core/telemetry";
import type { DiscoverResult, Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { ItemReference } from "../decide/same-item.ts";
import type { ContextWarmerMetrics } from "../metrics.ts";

export interface DiscoverDeps {
  kiwi: Pick<KiwiApi, "discover">;
  logger: Logger;
  metrics: Pick<ContextWarmerMetrics, "discoverSeconds" | "discoverFailures">;
  clock: Clock;
  deadlineMs: number;
}

/** What is asked of kiwi for one turn. */
export interface Discovery {
  tenant: Tenant;
  /** Empty where only neighbours are asked for. */
  text: string;
  near: ItemReference | undefined;
  traceparent: string | undefined;
}

/** More than a context holds: what is second best by one sign may be best by all of them. */
const DISCOVERED_MAX = 40;

/** What fits the text, and what lies near the item; undefined when kiwi did not say in time. Never rejects. */
export async function discover(
  { tenant, text, near, traceparent }: Discovery,
  deps: DiscoverDeps,
): Promise<(DiscoverResult & { tookMs: number }) | undefined> {
  const { kiwi, logger, metrics, clock, deadlineMs } = deps;
  const startedAt = clock.monotonic();
  try {
    const query = { tenant, text, limit: DISCOVERED_MAX, ...(near && { near }) };
    const found = await kiwi.discover(query, { deadlineMs, traceparent });
    return { ...found, tookMs: clock.monotonic() - startedAt };
  } catch (error) {
    const fault = { logger, message: "discovery failed", fields: { tenant } };
    const { code } = loggedError(error, fault);
    metrics.discoverFailures.inc({ code });
    logger.warn({ tenant, code }, "discovery gave no answer");
    return undefined;
  } finally {
    metrics.discoverSeconds.observe((clock.monotonic() - startedAt) / 1_000);
  }
}

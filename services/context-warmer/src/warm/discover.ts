import { loggedError } from "@lilux/core/telemetry";
import type { ContextCandidate, TurnRecord } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import { itemOfCall } from "../decide/same-item.ts";
import type { ContextWarmerMetrics } from "../metrics.ts";

export interface DiscoverDeps {
  kiwi: Pick<KiwiApi, "discover">;
  logger: Logger;
  metrics: Pick<ContextWarmerMetrics, "discoverSeconds" | "discoverFailures">;
  deadlineMs: number;
}

const DISCOVERED_MAX = 7;

/**
 * What is asked for: the newest turn alone, since what earlier ones brought up
 * is still held, and a text of several subjects finds each of them worse. A
 * committed call is plainer than the line it was picked for.
 */
export function discoveryQueryOf({ text, chosen }: TurnRecord): string {
  if (chosen === undefined) return text;
  if (chosen.call.name === "search") return chosen.call.arguments.query;
  return itemOfCall(chosen.call)?.item_id ?? text;
}

/** The likely items, or undefined when kiwi did not say in time. Never rejects. */
export async function discover(
  request: { tenant: string; text: string; traceparent: string | undefined },
  deps: DiscoverDeps,
): Promise<ContextCandidate[] | undefined> {
  const { tenant, text, traceparent } = request;
  const { kiwi, logger, metrics, deadlineMs } = deps;
  const endTimer = metrics.discoverSeconds.startTimer();
  try {
    const query = { tenant, text, limit: DISCOVERED_MAX };
    const { candidates } = await kiwi.discover(query, { deadlineMs, traceparent });
    return candidates;
  } catch (error) {
    const fault = { logger, message: "discovery failed", fields: { tenant } };
    const { code } = loggedError(error, fault);
    metrics.discoverFailures.inc({ code });
    logger.warn({ tenant, code }, "discovery gave no answer");
    return undefined;
  } finally {
    endTimer();
  }
}

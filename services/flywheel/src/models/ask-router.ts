import { type Bus, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { LiluxError, type Tenant } from "@lilux/protocol";

export interface AskRouterDeps {
  bus: Pick<Bus, "request">;
  clock: Clock;
  /** The service stops: nobody waits for a router any more. */
  ended: AbortSignal;
}

const WITHIN_MS = 45_000;
/** A router that starts, or reads a library, is asked again. */
const TRIES = 5;
const RETRY_MS = 1_000;

/** Asks one of the routers about a tenant's lines. Rejects with `router_unavailable` when none answers, after some tries. */
export async function askRouter(
  tenant: Tenant,
  body: object,
  { bus, clock, ended }: AskRouterDeps,
): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    try {
      const options = { deadlineMs: WITHIN_MS, signal: ended };
      return await bus.request(subjects.trial(tenant), body, options);
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      const mayRecover = error.code === "router_unavailable" || error.code === "bus_unavailable";
      if (!mayRecover || tries === TRIES || ended.aborted) throw asRouterError(error);
      await clock.sleep(RETRY_MS, ended);
    }
  }
}

function asRouterError(error: LiluxError): LiluxError {
  const isAway = error.code === "bus_unavailable" || error.code === "deadline_exceeded";
  return isAway ? new LiluxError("router_unavailable", { cause: error }) : error;
}

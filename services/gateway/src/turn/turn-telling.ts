import type { TurnEvent } from "@lilux/protocol";
import type { GatewayLimits } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { Session } from "../session/session.ts";
import { createTextCoalescer } from "./text-coalescer.ts";
import type { TurnAccount } from "./turn-account.ts";

/** Tells one turn's events to its session, until the turn is released. */
export interface TurnTelling {
  tell(event: TurnEvent): void;
  /** From now on nothing more is told here. */
  release(): void;
  isReleased(): boolean;
  /** From the person's frame to the first event; undefined before it. */
  firstEventMs(): number | undefined;
}

export interface TurnTellingDeps {
  account: TurnAccount;
  /** `performance.now()` when the person's frame came. */
  receivedAt: number;
  metrics: GatewayMetrics;
  limits: GatewayLimits;
}

export function createTurnTelling(session: Session, deps: TurnTellingDeps): TurnTelling {
  const { account, receivedAt, metrics, limits } = deps;
  let isReleased = false;
  let firstEventMs: number | undefined;
  const coalescer = createTextCoalescer(limits.textCoalesceMs, (event) => {
    if (isReleased) return;
    // Only who looks on now sees a thought: it is never stored, so never told again.
    if (event.type === "thought-delta") session.connection?.send(event);
    else session.log.append(event);
  });
  return {
    tell(event) {
      if (isReleased) return;
      if (firstEventMs === undefined) {
        firstEventMs = performance.now() - receivedAt;
        metrics.turnFirstEventSeconds.observe(firstEventMs / 1_000);
      }
      account.add(event);
      coalescer.add(event);
    },
    release() {
      isReleased = true;
    },
    isReleased: () => isReleased,
    firstEventMs: () => firstEventMs,
  };
}

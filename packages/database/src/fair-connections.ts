import { createFairPlaces, createWeights } from "@lilux/core/fairness";
import type { DatabaseShare } from "./database-share.ts";

/** Beyond so many that wait a call is refused; of one tenant alone three quarters may. */
const WAITING_MAX = 256;
/** Of work that is nobody's: what the server does for itself counts as one tenant. */
const OWN = "";

/** A database's connections, which tenants share by weight and by how long they hold one. */
export interface FairConnections {
  /** Resolves once there is one, with how to give it back. Rejects with `overloaded`, or as the signal ends. */
  enter(share: DatabaseShare | undefined, signal: AbortSignal): Promise<() => void>;
}

export function createFairConnections(
  connectionsMax: number,
  now: () => number = () => performance.now(),
): FairConnections {
  const weights = createWeights();
  const places = createFairPlaces({
    placesMax: connectionsMax,
    waitingMax: WAITING_MAX,
    limit: "database_connections",
    weightOf: weights.of,
    now,
  });
  return {
    async enter(share, signal) {
      const flow = share?.tenant ?? OWN;
      if (share !== undefined) weights.note(flow, share.weight);
      const place = await places.enter(flow, signal);
      return place.leave;
    },
  };
}

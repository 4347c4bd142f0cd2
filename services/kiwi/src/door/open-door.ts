import type { Clock } from "@lilux/core/async";
import { createFairPlaces, type Weights } from "@lilux/core/fairness";
import type { Mandate } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Partition } from "../partition/partition.ts";
import { partitionedApi } from "../partition/partitioned-api.ts";
import { databaseShares } from "./database-shares.ts";
import { fairApi } from "./fair-api.ts";
import { mandatedApi } from "./mandated-api.ts";

/** More at once would only wait for one another. */
const CALLS_AT_ONCE = 16;
const CALLS_WAITING_MAX = 2_000;

export interface DoorDeps {
  clock: Clock;
  weights: Weights;
  /** Undefined of a tool core that serves all tenants. */
  partition: Partition | undefined;
}

/** Whose call it is, whether they may, and whether it is for here is looked at before it takes a place. */
export function openDoor(api: KiwiApi, { clock, weights, partition }: DoorDeps): KiwiApi {
  const bounds = { placesMax: CALLS_AT_ONCE, waitingMax: CALLS_WAITING_MAX, limit: "calls" };
  const places = createFairPlaces({ ...bounds, weightOf: weights.of, now: clock.monotonic });
  const onMandate = ({ tenant, weight }: Mandate): void => weights.note(tenant, weight);
  const fair = databaseShares(fairApi(api, places));
  return mandatedApi(partition === undefined ? fair : partitionedApi(fair, partition), onMandate);
}

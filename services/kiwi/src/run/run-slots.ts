import { createFairPlaces, type FairPlaces, type Weights } from "@lilux/core/fairness";

export interface RunSlotsOptions {
  slotsMax: number;
  waitingMax: number;
  weights: Pick<Weights, "of">;
  /** Monotonic milliseconds. */
  now(): number;
}

/**
 * Bounds how many runs go on at once. Tenants share the slots by weight and by how long their runs take:
 * one alone may have all of them, and beside others one slot is left for whoever runs nothing.
 */
export function createRunSlots({
  slotsMax,
  waitingMax,
  weights,
  now,
}: RunSlotsOptions): FairPlaces {
  const weightOf = weights.of;
  return createFairPlaces({
    placesMax: slotsMax,
    waitingMax,
    limit: "script_slots",
    weightOf,
    now,
  });
}

import type { Tenant } from "@lilux/protocol";
import type { KeyKind } from "./keys.ts";

/** What a read found: a value, nothing, or no answer in time. It never throws. */
export type StoreRead =
  | { state: "found"; version: number; value: unknown }
  | { state: "missing" }
  | { state: "unavailable" };

/** `stale`: a newer version was already there, and stays. */
export type StoreWrite = "stored" | "stale" | "unavailable";

/**
 * Small, short-lived, versioned values: warm contexts, near-term history.
 *
 * No call throws and none outlives its deadline (the adapter's setting, 25 ms
 * unless told): the store only ever makes things faster, and nothing may wait
 * for it. Versions are whole numbers below 2^53. Writes of one key are ordered
 * by version, whoever sends them and in whatever order they arrive: an older
 * value never overwrites a newer one, and an equal version is stale. Values are
 * JSON and at most 64 KiB; a larger one is `unavailable` and counted. Entries
 * are gone after `ttlMs`.
 */
export interface ContextStore {
  putIfNewer(
    key: string,
    entry: { version: number; value: unknown; ttlMs: number },
  ): Promise<StoreWrite>;
  get(key: string): Promise<StoreRead>;
  forget(key: string): Promise<"forgotten" | "unavailable">;
  /**
   * Forgets all keys of a kind of a tenant; how many there were. As many calls as that takes, each
   * within the deadline: what was forgotten before it became unavailable is forgotten.
   */
  forgetTenant(kind: KeyKind, tenant: Tenant): Promise<number | "unavailable">;
  /**
   * How many bytes of values each tenant has under keys of a kind. In as many calls as that takes, each
   * within the deadline, and while others write: what comes or goes meanwhile may be counted or not.
   */
  heldBytes(kind: KeyKind): Promise<ReadonlyMap<string, number> | "unavailable">;
  connected(): boolean;
  close(): Promise<void>;
}

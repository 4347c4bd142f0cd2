import type { Prices } from "../admission/prices.ts";
import type { OpenAiSettings } from "../openai/openai-settings.ts";

/** `small` explains and verifies first; `cloud` and `primary` converse and plan, in the order given. */
export type PoolTier = "primary" | "small" | "cloud";

export interface PoolSettings extends OpenAiSettings {
  name: string;
  tier?: PoolTier;
  /** Who may be answered by it; all when it is not said. */
  tenants?: readonly string[];
  /** Names of models by tenant: an adapter that the server has loaded. */
  adapters?: Readonly<Record<string, string>>;
  prices?: Prices;
  /** Requests that its servers take at once; more wait here, where tenants share fairly. */
  running?: number;
  /** A small helper on the same machine: where it has no place free, the built-in model answers. */
  isLocal?: boolean;
}

/** What vLLM takes at once unless it is told otherwise (`--max-num-seqs`). */
export const RUNNING_MAX = 256;

/** The one model of plain settings is a pool of its own. */
export function poolsOf({
  languageModel,
  pools,
}: {
  languageModel?: OpenAiSettings | undefined;
  pools?: readonly PoolSettings[] | undefined;
}): readonly PoolSettings[] {
  if (pools !== undefined) return pools;
  return languageModel === undefined ? [] : [{ name: "main", ...languageModel }];
}

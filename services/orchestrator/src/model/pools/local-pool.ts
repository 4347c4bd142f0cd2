import type { PoolSettings } from "./pool-settings.ts";

/** What a small model does of the built-in model's work: it answers what means no call; it decides on each line. */
export type HelperRole = "talk" | "decide";
/** `all`: it was trained for all of this work, and is asked as others are. */
export type LocalRole = HelperRole | "all";

/** Of one answer: a small model that does not come to an end repeats itself. */
const TOKENS_MAX = { talk: 160, decide: 384, all: 384 } as const;
/** As `lilux up --local-model` starts it, where the server does not tell. */
const WINDOW = 8_192;
const RUNNING = 2;

/** The small model beside Lilux on the same machine. */
export function localPool(
  url: string,
  { role, apiKey, deadlines }: Pick<PoolSettings, "apiKey" | "deadlines"> & { role: LocalRole },
): PoolSettings {
  return {
    name: "local",
    tier: "small",
    isLocal: true,
    url,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(deadlines === undefined ? {} : { deadlines }),
    tokensMax: TOKENS_MAX[role],
    window: WINDOW,
    running: RUNNING,
    // The likeliest word is seldom the worse one of a model so small; untrained it needs to be kept from repeating them.
    sampling: { temperature: 0, ...(role === "talk" ? { repeat_penalty: 1.1 } : {}) },
    tellsOrigin: false,
  };
}

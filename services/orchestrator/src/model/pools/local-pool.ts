import type { PoolSettings } from "./pool-settings.ts";

/** Of one answer: a small model that does not come to an end repeats itself. */
const TOKENS_MAX = 384;
/** As `lilux up --local-model` starts it, where the server does not tell. */
const WINDOW = 8_192;
const RUNNING = 2;

/**
 * The small model beside Lilux on the same machine, after what is configured otherwise: it explains
 * and weighs doubtful lines first, and converses where nobody else does.
 */
export function localPool(
  url: string,
  { apiKey, deadlines }: Pick<PoolSettings, "apiKey" | "deadlines">,
): PoolSettings {
  return {
    name: "local",
    tier: "small",
    isLocal: true,
    url,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(deadlines === undefined ? {} : { deadlines }),
    tokensMax: TOKENS_MAX,
    window: WINDOW,
    running: RUNNING,
    // The more likely word is seldom the worse one of a model so small.
    sampling: { temperature: 0 },
    tellsOrigin: false,
  };
}

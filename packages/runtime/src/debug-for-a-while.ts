import type { Logger } from "./create-logger.ts";

/** So long a process may tell everything before it goes back by itself: nobody remembers to undo it. */
const DEBUG_MS = 15 * 60_000;

/**
 * Tells everything for a quarter of an hour, or stops doing so: each signal turns it over. What
 * a person typed stays cut out, as it was at the start. For a process of its own: signals belong to it whole.
 */
export function debugOnSignal(logger: Logger, signal: NodeJS.Signals = "SIGUSR2"): void {
  const turnOver = debugForAWhile(logger, DEBUG_MS);
  process.on(signal, turnOver);
}

export function debugForAWhile(logger: Logger, forMs: number): () => void {
  const usual = logger.level;
  let timer: NodeJS.Timeout | undefined;

  function goBack(): void {
    clearTimeout(timer);
    timer = undefined;
    logger.warn({ level: usual }, "log level is the usual one again");
    logger.level = usual;
  }

  return () => {
    if (timer !== undefined) return goBack();
    timer = setTimeout(goBack, forMs);
    timer.unref();
    logger.level = "debug";
    logger.warn({ level: "debug", forMs }, "log level changed for a while");
  };
}

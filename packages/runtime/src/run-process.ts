import type { Logger } from "./create-logger.ts";

export interface ProcessParts {
  logger: Logger;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Owns a process's life: starts, stops on SIGTERM or SIGINT, and exits at the
 * second signal. Resolves when stopped. A start that fails sets exit code 1.
 */
export async function runProcess({ logger, start, stop }: ProcessParts): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals > 1) process.exit(130);
    logger.info({ signal }, "stopping");
    stop().then(end, (error: unknown) => {
      logger.error({ err: error }, "stop failed");
      process.exitCode = 1;
      end();
    });
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  try {
    await start();
    await ended;
  } catch (error) {
    logger.fatal({ err: error }, "start failed");
    process.exitCode = 1;
  } finally {
    process.off("SIGTERM", onSignal);
    process.off("SIGINT", onSignal);
  }
}

import type { Logger } from "./create-logger.ts";
import { describeStartFailure } from "./describe-start-failure.ts";
import { createOwner, type Opening } from "./own-parts.ts";

export interface ProcessPlan {
  logger: Logger;
  /** Opens everything; what it opens it hands to `own`, at once. */
  open(opening: Opening): Promise<void>;
  /** That stop the process; SIGTERM and SIGINT unless told. */
  signals?: readonly NodeJS.Signals[];
  /** Where a failed start is told; the log unless told. */
  onStartFailure?: (sentence: string) => void;
  /** How long a stop may take that did not come during the start. */
  stopGraceMs?: number;
}

/** What was opened before a failed or interrupted start has so long to close. */
const START_GRACE_MS = 5_000;
/** Above what a service takes to finish its work: its own deadline is 10 s. */
const STOP_GRACE_MS = 15_000;
/** One Ctrl+C comes from the terminal and once more from each parent that passes it on. */
const SAME_SIGNAL_MS = 500;
const SECOND_SIGNAL_STATUS = 130;

/**
 * Owns a process's life, and always ends it:
 *
 * - A signal, also in the middle of the start, closes what is open in reverse
 *   and ends with status 0. A second signal ends at once.
 * - A start that fails closes what it opened and ends with status 1, so that
 *   whoever supervises the process can start it again.
 * - A part that cannot close, or not within the grace, makes the status 1.
 *
 * The process ends even if something that nobody owns is still open.
 */
export async function runProcess(plan: ProcessPlan): Promise<never> {
  const { logger } = plan;
  const owner = createOwner((error) => logger.error({ err: error }, "a part did not close"));
  const stopAsked = watchSignals(plan, () => owner.abort());
  const opened = plan.open(owner).then(
    () => "open" as const,
    (error: unknown) => ({ error }),
  );
  const first = await Promise.race([opened, stopAsked]);
  if (first === "open") {
    await stopAsked;
    return end(await finishWithin(owner.close(), plan.stopGraceMs ?? STOP_GRACE_MS, logger));
  }
  if (first !== "stop") tellFailure(plan, first.error);
  owner.abort();
  // A part that is just being opened is closed as soon as `own` sees it.
  const closed = Promise.all([owner.close(), opened]).then(([clean]) => clean);
  const clean = await finishWithin(closed, START_GRACE_MS, logger);
  return end(clean && first === "stop");
}

function watchSignals({ logger, signals }: ProcessPlan, onFirst: () => void): Promise<"stop"> {
  const { promise, resolve } = Promise.withResolvers<"stop">();
  let firstAt: number | undefined;
  for (const signal of signals ?? ["SIGTERM", "SIGINT"]) {
    process.on(signal, () => {
      if (firstAt !== undefined && performance.now() - firstAt < SAME_SIGNAL_MS) return;
      if (firstAt !== undefined) process.exit(SECOND_SIGNAL_STATUS);
      firstAt = performance.now();
      logger.info({ signal }, "stopping");
      onFirst();
      resolve("stop");
    });
  }
  return promise;
}

async function finishWithin(
  closing: Promise<boolean>,
  graceMs: number,
  logger: Logger,
): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => {
    logger.error({ graceMs }, "not everything closed in time");
    resolve(false);
  }, graceMs);
  const clean = await Promise.race([closing, late]);
  clearTimeout(timer);
  return clean;
}

function tellFailure({ logger, onStartFailure }: ProcessPlan, error: unknown): void {
  const sentence = describeStartFailure(error);
  if (sentence === undefined) logger.fatal({ err: error }, "start failed");
  else if (onStartFailure === undefined) logger.fatal({ reason: sentence }, "start failed");
  else onStartFailure(sentence);
}

function end(clean: boolean): never {
  process.exit(clean ? 0 : 1);
}

import { LiluxError } from "@lilux/protocol";

/** Ends a request that makes no progress. */
export interface Watchdog {
  /** Ends at the caller's abort or when a deadline passed. */
  signal: AbortSignal;
  /** Something came: the next thing has `ms` from now. `what` names it in the error's cause. */
  expect(what: string, ms: number): void;
  stop(): void;
  /** Closes the request, whoever reads it. */
  abort(): void;
}

export function createWatchdog(caller: AbortSignal): Watchdog {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([caller, controller.signal]),
    expect(what, ms) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const cause = new Error(`no ${what} within ${ms} ms`);
        controller.abort(
          new LiluxError("llm_unavailable", { cause, details: { reason: "silent" } }),
        );
      }, ms);
    },
    stop: () => clearTimeout(timer),
    abort() {
      clearTimeout(timer);
      controller.abort(new LiluxError("cancelled"));
    },
  };
}

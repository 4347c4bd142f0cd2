import { keepProcess } from "./keep-process.ts";
import type { KeeperReport, KeeperRequest } from "./keeper-messages.ts";

// A process of its own that starts other processes and keeps them within their bounds. It is small, so
// that a fork of it is cheap: one of a service copies hundreds of megabytes of page tables while nothing
// else of it goes on. It loads nothing but what stands beside it, and has no variables of the service.
const running = new Map<number, AbortController>();

function report(message: KeeperReport): void {
  process.send?.(message);
}

async function run({ run, plan, bounds }: Extract<KeeperRequest, { type: "run" }>): Promise<void> {
  const stop = new AbortController();
  running.set(run, stop);
  const onLine = (line: string): void => report({ type: "line", run, line });
  const outcome = await keepProcess(plan, { ...bounds, run, stop: stop.signal, onLine });
  running.delete(run);
  report({ type: "outcome", run, outcome });
}

process.title = "lilux-keeper";
process.on("message", (request: KeeperRequest) => {
  if (request.type === "run") void run(request);
  else running.get(request.run)?.abort();
});
// It goes when whoever asked it goes, and not before: a service that was told to stop lets runs end.
process.on("disconnect", () => {
  for (const stop of running.values()) stop.abort();
  process.exit();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

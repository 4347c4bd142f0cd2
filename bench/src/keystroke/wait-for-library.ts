import { setTimeout as delay } from "node:timers/promises";
import { readMetrics } from "./read-metrics.ts";

export interface LibraryWait {
  routerAdminPort: number;
  kiwiAdminPort: number;
  items: number;
  withinMs: number;
  onWait(embedded: { router: number; kiwi: number }): void;
}

const POLL_MS = 500;

/** Resolves when the router and the tool core both have every item's embedding. */
export async function waitForLibrary(wait: LibraryWait): Promise<void> {
  const deadlineAt = Date.now() + wait.withinMs;
  for (;;) {
    const embedded = {
      router:
        (await readMetrics(wait.routerAdminPort)).get(
          'lilux_router_library_items{state="embedded"}',
        ) ?? 0,
      kiwi: (await readMetrics(wait.kiwiAdminPort)).get("lilux_kiwi_embedded_items") ?? 0,
    };
    if (embedded.router >= wait.items && embedded.kiwi >= wait.items) return;
    wait.onWait(embedded);
    if (Date.now() > deadlineAt) throw new Error("the library was not embedded in time");
    await delay(POLL_MS);
  }
}

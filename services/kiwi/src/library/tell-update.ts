import { type Bus, subjects } from "@lilux/bus";
import type { Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { KiwiMetrics } from "../metrics.ts";
import { announcementOf } from "./announce-change.ts";
import type { LibraryUpdate } from "./library.ts";

/** Routers and whoever watches the tool core learn of a change, once for each tenant that sees it. */
export function tellUpdate(
  { bus, metrics, logger }: { bus: Pick<Bus, "publish">; metrics: KiwiMetrics; logger: Logger },
  { tenant, ...update }: LibraryUpdate & { tenant: Tenant },
): void {
  metrics.indexSeconds.observe(update.durationMs / 1000);
  bus.publish(subjects.library(tenant), announcementOf(tenant, update));
  const { version, changes } = update;
  logger.info({ tenant, version, changed: changes.length }, "library changed");
}

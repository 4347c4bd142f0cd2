import type { Registry } from "prom-client";
import type { Lifecycle } from "./lifecycle.ts";

/** What every `createXService` returns. Several fit in one process. */
export interface Service extends Lifecycle {
  readonly name: string;
  /** The service's own metrics, and nothing else's. */
  readonly registry: Registry;
}

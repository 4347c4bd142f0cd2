export {
  type AdminServer,
  type AdminServerOptions,
  createAdminServer,
  type Readiness,
  readinessOf,
} from "./create-admin-server.ts";
export { createLogger, type Logger, type LoggerOptions } from "./create-logger.ts";
export { LATENCY_BUCKETS_SECONDS } from "./latency-buckets.ts";
export { createLifecycle, type Lifecycle, type LifecycleState, type Part } from "./lifecycle.ts";
export { readSettings } from "./read-settings.ts";
export { type ProcessParts, runProcess } from "./run-process.ts";
export type { Service } from "./service.ts";

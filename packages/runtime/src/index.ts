export {
  executeSettings,
  flywheelDatabaseSettings,
  kiwiAddressSettings,
  learningSettings,
  listenSetting,
  logSettings,
  processSettings,
  redisSettings,
  tenantRootSettings,
  tracingSettings,
} from "./common-settings.ts";
export {
  type AdminServer,
  type AdminServerOptions,
  createAdminServer,
  type Readiness,
  readinessOf,
  VERSION,
} from "./create-admin-server.ts";
export { createLogger, type Logger, type LoggerOptions } from "./create-logger.ts";
export {
  claimKeyOf,
  claimPublicKeyOf,
  claimSignSettings,
  claimVerifySettings,
  kiwiSecretOf,
  kiwiSecretSettings,
  natsAddress,
  openTlsOf,
  orchestratorSecretOf,
  orchestratorSecretSettings,
  redisAddress,
  secretFile,
  secretFileIfAny,
} from "./credentials.ts";
export { describeStartFailure } from "./describe-start-failure.ts";
export { freePorts, isPortFree } from "./free-ports.ts";
export { isPublicAddress } from "./is-public-address.ts";
export { LATENCY_BUCKETS_SECONDS } from "./latency-buckets.ts";
export { createLifecycle, type Lifecycle, type LifecycleState, type Part } from "./lifecycle.ts";
export type { Closable, Opening } from "./own-parts.ts";
export { readSettings } from "./read-settings.ts";
export { readTenantChoice, readTenants, type TenantChoice } from "./read-tenants.ts";
export { type ProcessPlan, runProcess } from "./run-process.ts";
export {
  runServiceProcess,
  type ServiceParts,
  type ServiceProcessConfig,
  type ServiceProcessPlan,
} from "./run-service-process.ts";
export type { Service } from "./service.ts";
export { type Setting, type Settings, type SettingsOf, setting } from "./settings.ts";
export { createTenantCounters } from "./tenant-counters.ts";
export { createTracedHistogram, type TracedHistogram } from "./traced-histogram.ts";
export { openSpans } from "./tracing/open-spans.ts";
export { warnOfMisspeltVariables } from "./warn-of-misspelt-variables.ts";

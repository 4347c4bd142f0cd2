import type { Log } from "@lilux/core/telemetry";
import type { OrchestratorMetrics } from "../../metrics.ts";
import type { Spending } from "../language-model.ts";
import type { AdmissionOptions } from "./create-admission.ts";
import { createTenantLabel } from "./tenant-label.ts";
import type { AdmittedModelDeps } from "./visit.ts";

const MILLION = 1_000_000;

/** Counts how long requests waited for a pool. */
export function admissionMetrics(
  { admissionWait }: OrchestratorMetrics,
  pool: string,
): Pick<AdmissionOptions, "onWaited"> {
  return { onWaited: (purpose, ms) => admissionWait.observe({ pool, purpose }, ms / 1_000) };
}

/** Counts a request that was not let in, and says why in one line. */
export function refusedMetrics(
  { metrics, logger }: { metrics: OrchestratorMetrics; logger: Log },
  pool: string,
): AdmittedModelDeps["onRefused"] {
  return ({ tenant, purpose, error: { code, details } }) => {
    const limit = details?.["limit"];
    const reason = code === "overloaded" || typeof limit !== "string" ? "place" : limit;
    metrics.admissionRefused.inc({ pool, purpose, reason });
    logger.info({ pool, tenant, purpose, code, reason }, "language model request refused");
  };
}

/** Counts what tenants used, for as many as a dashboard can bear. */
export function usedMetrics({
  tenantTokens,
  tenantCost,
}: OrchestratorMetrics): (tenant: string, used: Spending) => void {
  const labelOf = createTenantLabel();
  return (named, { promptTokens, completionTokens, cost }) => {
    const tenant = labelOf(named);
    tenantTokens.inc({ tenant, kind: "prompt" }, promptTokens ?? 0);
    tenantTokens.inc({ tenant, kind: "completion" }, completionTokens ?? 0);
    tenantCost.inc({ tenant }, (cost ?? 0) / MILLION);
  };
}

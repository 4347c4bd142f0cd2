import type { OrchestratorMetrics } from "../../metrics.ts";
import type { Spending } from "../language-model.ts";
import type { AdmissionOptions } from "./create-admission.ts";
import { createTenantLabel } from "./tenant-label.ts";

const MILLION = 1_000_000;

/** Counts how long requests waited for a pool, and which got no place. */
export function admissionMetrics(
  { admissionWait, admissionRefused }: OrchestratorMetrics,
  pool: string,
): Pick<AdmissionOptions, "onWaited" | "onRefused"> {
  return {
    onWaited: (purpose, ms) => admissionWait.observe({ pool, purpose }, ms / 1_000),
    onRefused: (purpose) => admissionRefused.inc({ pool, purpose }),
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

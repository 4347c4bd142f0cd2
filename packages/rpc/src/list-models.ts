import type { Mandate, OfferedModel, Tenant } from "@lilux/protocol";

export interface ListModelsOptions {
  signal?: AbortSignal | undefined;
  traceparent?: string | undefined;
  /** Who asks. */
  mandate?: Mandate | undefined;
}

/**
 * Who may answer a tenant, in the order in which they are asked; empty when there is only what is
 * built in. Rejects with `orchestrator_unavailable` when nobody can say.
 */
export type ListModels = (
  tenant: Tenant,
  options?: ListModelsOptions,
) => Promise<readonly OfferedModel[]>;

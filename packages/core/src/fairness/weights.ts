/** How much each tenant counts where something is crowded, as the gateway last said. */
export interface Weights {
  note(tenant: string, weight: number | undefined): void;
  /** 1 of whom nobody said anything. */
  of(tenant: string): number;
}

const TENANTS_MAX = 10_000;
const WEIGHT_USUAL = 1;

/** Remembers those that differ from the usual, and of very many the ones that came last. */
export function createWeights(): Weights {
  const weights = new Map<string, number>();
  return {
    note(tenant, weight = WEIGHT_USUAL) {
      weights.delete(tenant);
      if (weight === WEIGHT_USUAL) return;
      weights.set(tenant, weight);
      const [oldest] = weights.size > TENANTS_MAX ? weights.keys() : [];
      if (oldest !== undefined) weights.delete(oldest);
    },
    of: (tenant) => weights.get(tenant) ?? WEIGHT_USUAL,
  };
}

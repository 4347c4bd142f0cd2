import type { DeletedPart, StorageBytes, Tenant } from "@lilux/protocol";
import type { Database } from "../database.ts";
import { createFlywheelStore, type FlywheelStore } from "./flywheel-store.ts";

/** What the flywheel keeps of tenants, as whoever deletes a tenant asks for it. */
export interface FlywheelHolder {
  kept(tenant: Tenant): Promise<DeletedPart["kept"]>;
  delete(tenant: Tenant): Promise<Record<string, number>>;
  measure(tenant: Tenant): Promise<StorageBytes>;
}

export interface FlywheelHolderDeps {
  store: Pick<FlywheelStore, "leftElsewhere" | "deleteTenant" | "heldBytes">;
  /** Told that what is known of a tenant's consent counts no more. */
  consents: { changed(tenant: Tenant): void };
  /** Whether runs are told to a server of experiments. */
  isMirrored: boolean;
}

const STORE_WITHIN_MS = 30_000;
/** How many names a sentence of the report holds. */
const NAMED_MAX = 20;

/** What the flywheel keeps of tenants: turns, datasets, models. What left it, it can only name. */
export function createFlywheelHolder(deps: FlywheelHolderDeps): FlywheelHolder {
  const { store, consents, isMirrored } = deps;
  return {
    async kept(tenant) {
      const { datasets, served, runs } = await store.leftElsewhere(tenant);
      const kept: DeletedPart["kept"] = [];
      if (datasets.length > 0) {
        kept.push({
          what: `copies of its datasets ${named(datasets)}, where somebody exported them`,
          why: "They lie with whoever asked for them.",
        });
      }
      for (const { model, served: name, dataset } of served.slice(0, NAMED_MAX)) {
        const from = dataset === undefined ? "no dataset of its own" : `its dataset ${dataset}`;
        kept.push({
          what: `the weights of its model ${model}, trained on ${from} and served as ${name}`,
          why: "A server of a model pool has them: take them away there.",
        });
      }
      if (isMirrored && runs.length > 0) {
        kept.push({
          what: `what the server of experiments was told of its runs ${named(runs)}`,
          why: "Nothing is deleted there from here.",
        });
      }
      return kept;
    },
    async delete(tenant) {
      try {
        return await store.deleteTenant(tenant);
      } finally {
        consents.changed(tenant);
      }
    },
    measure: async (tenant) => ({ learning: await store.heldBytes(tenant) }),
  };
}

/** Of a database whose flywheel is switched off: nobody reads it meanwhile. */
export function createStoredFlywheelHolder(database: Database): FlywheelHolder {
  const store = createFlywheelStore(database, { deadlineMs: STORE_WITHIN_MS });
  return createFlywheelHolder({ store, consents: { changed: () => undefined }, isMirrored: false });
}

function named(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  const some = names.slice(0, NAMED_MAX).join(", ");
  return more > 0 ? `${some} and ${more} more` : some;
}

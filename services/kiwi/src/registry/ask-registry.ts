import type { RegistryStore, RegistryTenancyStore, SharedLibraryStore } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import type { KiwiMetrics } from "../metrics.ts";

export type RegistryOperation =
  | "open"
  | "search"
  | "publish"
  | "yank"
  | "visibility"
  | "administer";

/** All of the registry's tables. */
export type RegistryStores = RegistryStore & RegistryTenancyStore & SharedLibraryStore;

export interface AskRegistry {
  /** One operation on the database, counted and timed; its failures are the registry's. */
  run<T>(operation: RegistryOperation, work: (store: RegistryStores) => Promise<T>): Promise<T>;
  /** The error of a registry that is not set up, naming the variable. */
  missing(variable: string): LiluxError;
}

/** What a database says that means: not now. */
const DATABASE_DOWN = new Set(["database_unavailable", "overloaded", "shutting_down"]);

export function createAskRegistry(deps: {
  store: RegistryStores | undefined;
  metrics: KiwiMetrics;
}): AskRegistry {
  const { store, metrics } = deps;
  return {
    missing,
    async run(operation, work) {
      if (store === undefined) throw missing("LILUX_DATABASE_URL");
      const startedAt = performance.now();
      let code = "ok";
      try {
        return await work(store);
      } catch (thrown) {
        const error = registryError(thrown);
        code = error.code;
        throw error;
      } finally {
        metrics.registrySeconds.observe({ operation }, (performance.now() - startedAt) / 1000);
        metrics.registryCalls.inc({ operation, code });
      }
    },
  };
}

function registryError(thrown: unknown): LiluxError {
  const error = LiluxError.from(thrown);
  return DATABASE_DOWN.has(error.code)
    ? new LiluxError("registry_unavailable", { cause: error })
    : error;
}

function missing(variable: string): LiluxError {
  return new LiluxError("registry_unavailable", {
    message: `The registry is not set up here: ${variable} is not set. The local library works without it.`,
    details: { missing: variable },
  });
}

import type { Bus } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { LOCAL_TENANT, type MeaningState, type Tenant } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import type { Libraries } from "../library/libraries.ts";
import type { KiwiMetrics } from "../metrics.ts";
import { createEmbeddingSource } from "./ask-embeddings.ts";
import { createLibraryEmbedder } from "./embed-libraries.ts";
import { createFindItems } from "./find-items.ts";

export interface FindingDeps {
  bus: Pick<Bus, "request">;
  logger: Logger;
  libraries: Libraries;
  metrics: KiwiMetrics;
  clock: Clock;
  /** Which of several tool cores holds the local library is known when it is asked for. */
  isShared: boolean;
}

/** Meaning comes from the router, if there is one: nothing waits for it, and nothing fails without. */
export function findingPart(deps: FindingDeps) {
  const { libraries, metrics, isShared } = deps;
  const source = createEmbeddingSource(deps);
  const embedder = createLibraryEmbedder({
    ...deps,
    source,
    embeddedCount: () => embeddedCount(libraries),
  });
  const onFound = (meaning: MeaningState): void => metrics.rankings.inc({ meaning });
  const tend = async (tenant: Tenant): Promise<void> =>
    embedder.tend(tenant, await libraries.of(tenant));
  const part: Part = {
    name: "meaning",
    async start() {
      if (!isShared) await tend(LOCAL_TENANT);
    },
    stop: () => embedder.close(),
  };
  return {
    part,
    find: createFindItems({ source, embedder, onFound }),
    /** A library that cannot be read is told of where it is read. */
    tend: (tenant: Tenant) => void tend(tenant).catch(() => undefined),
  };
}

export function embeddedCount(libraries: Libraries): number {
  return libraries.loaded().reduce((sum, { index }) => sum + index.meaning.embedded, 0);
}

import { NO_TENANT, type Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Partition } from "./partition.ts";

/**
 * Answers for those tenants alone whose library this tool core holds. Others are told who does, before anything
 * is done. What a Git server tells and secrets are rows, which each tool core reads for itself.
 */
export function partitionedApi(api: KiwiApi, partition: Partition): KiwiApi {
  async function here<T>(tenant: Tenant, changes: boolean, work: () => Promise<T>): Promise<T> {
    using _call = await partition.enter(tenant, { changes });
    return await work();
  }

  return {
    search: (asked, options) => here(asked.tenant, false, () => api.search(asked, options)),
    load: (asked, options) => {
      const changes = asked.arguments.destination !== undefined;
      return here(asked.tenant, changes, () => api.load(asked, options));
    },
    async *execute(asked, options) {
      const changes = asked.arguments.action !== "run";
      using _call = await partition.enter(asked.tenant, { changes });
      yield* api.execute(asked, options);
    },
    discover: (asked, options) => here(asked.tenant, false, () => api.discover(asked, options)),
    listItems: (asked, options) => here(asked.tenant, false, () => api.listItems(asked, options)),
    recallRun: (asked, options) => here(asked.tenant, false, () => api.recallRun(asked, options)),
    readArtifact: (asked, options) =>
      here(asked.tenant, false, () => api.readArtifact(asked, options)),
    secrets: (asked, options) => api.secrets(asked, options),
    async registry(asked, options) {
      // The operator's.
      if (asked.tenant === NO_TENANT) return api.registry(asked, options);
      return here(asked.tenant, true, () => api.registry(asked, options));
    },
    async library(asked, options) {
      if (asked.ask.kind === "pushed") return api.library(asked, options);
      return here(asked.tenant, true, () => api.library(asked, options));
    },
  };
}

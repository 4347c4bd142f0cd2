import { deadlineSignal } from "@lilux/core/async";
import type { FairPlaces } from "@lilux/core/fairness";
import type { Tenant } from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";

const DEADLINE_MS_DEFAULT = 10_000;

/**
 * Tenants take turns at the tool core. What they ask for together is not begun together, so that one
 * who asks for much is waited for by itself. A script waits for a slot of its own instead, and is
 * answered however long that takes.
 */
export function fairApi(api: KiwiApi, places: FairPlaces): KiwiApi {
  async function inPlace<T>(
    { tenant }: { tenant: Tenant },
    options: KiwiCallOptions | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const signal = deadlineSignal(options?.deadlineMs ?? DEADLINE_MS_DEFAULT, options?.signal);
    const place = await places.enter(tenant, signal);
    try {
      return await work();
    } finally {
      place.leave();
    }
  }

  return {
    ...api,
    search: (request, options) => inPlace(request, options, () => api.search(request, options)),
    load: (request, options) => inPlace(request, options, () => api.load(request, options)),
    discover: (request, options) => inPlace(request, options, () => api.discover(request, options)),
    listItems: (request, options) =>
      inPlace(request, options, () => api.listItems(request, options)),
    recallRun: (request, options) =>
      inPlace(request, options, () => api.recallRun(request, options)),
    readArtifact: (request, options) =>
      inPlace(request, options, () => api.readArtifact(request, options)),
  };
}

import { type DatabaseShare, withDatabaseShare } from "@lilux/database";
import type { Tenant } from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";

/** What is done for a tenant is its own share of the database's connections, however far below the door. */
export function databaseShares(api: KiwiApi): KiwiApi {
  const within = <T>(
    { tenant }: { tenant: Tenant },
    options: KiwiCallOptions | undefined,
    work: () => T,
  ): T => withDatabaseShare(shareOf(tenant, options), work);

  return {
    search: (request, options) => within(request, options, () => api.search(request, options)),
    load: (request, options) => within(request, options, () => api.load(request, options)),
    execute: (request, options) =>
      eventsWithin(shareOf(request.tenant, options), () => api.execute(request, options)),
    discover: (request, options) => within(request, options, () => api.discover(request, options)),
    listItems: (request, options) =>
      within(request, options, () => api.listItems(request, options)),
    recallRun: (request, options) =>
      within(request, options, () => api.recallRun(request, options)),
    readArtifact: (request, options) =>
      within(request, options, () => api.readArtifact(request, options)),
    registry: (request, options) => within(request, options, () => api.registry(request, options)),
    secrets: (request, options) => within(request, options, () => api.secrets(request, options)),
    library: (request, options) => within(request, options, () => api.library(request, options)),
  };
}

function shareOf(tenant: Tenant, options: KiwiCallOptions | undefined): DatabaseShare {
  return { tenant, weight: options?.mandate?.weight };
}

/** Each step is asked for by somebody else, who has no share here. */
async function* eventsWithin<T>(
  share: DatabaseShare,
  begin: () => AsyncIterable<T>,
): AsyncGenerator<T> {
  const events = withDatabaseShare(share, () => begin()[Symbol.asyncIterator]());
  try {
    for (;;) {
      const step = await withDatabaseShare(share, () => events.next());
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    await withDatabaseShare(share, async () => events.return?.());
  }
}

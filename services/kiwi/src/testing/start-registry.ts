import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Database } from "@lilux/database";
import type {
  CallActor,
  ExecuteArguments,
  ExecuteResult,
  ItemList,
  ItemSummary,
  LoadArguments,
  LoadResult,
  RegistryRequest,
  SearchArguments,
  SearchResult,
} from "@lilux/protocol";
import { eventually, temporaryDirectory, testTenant } from "@lilux/testkit";
import { pathOfItem } from "../library/item-place.ts";
import { startKiwi } from "./start-kiwi.ts";
import { executeWithYes, loadWithYes } from "./yes.ts";

/** A tool core for many tenants with a registry, as its callers see it. */
export interface StartedRegistry extends AsyncDisposable {
  /** `tenants/<tenant>/.ai/…`, `state/…`. */
  path: string;
  metrics(): Promise<string>;
  write(tenant: string, path: string, text: string): Promise<void>;
  /** Asks, and says yes to whatever has to be confirmed. */
  execute(tenant: string, given: ExecuteArguments): Promise<ExecuteResult>;
  /** Asks without saying yes. */
  ask(tenant: string, given: ExecuteArguments): Promise<ExecuteResult>;
  load(tenant: string, given: LoadArguments, by?: CallActor): Promise<LoadResult>;
  /** Says yes to whatever has to be confirmed. */
  loadWithYes(tenant: string, given: LoadArguments, by: CallActor): Promise<LoadResult>;
  search(tenant: string, given: SearchArguments): Promise<SearchResult>;
  items(tenant: string): Promise<ItemList>;
  /** As somebody with a mandate for it; the operator's tenant is empty. */
  order(tenant: string, order: RegistryRequest["order"]): Promise<unknown>;
}

const pathOf = (item: ItemSummary): string => pathOfItem(item.item_type, item.qualified_id);

export async function startRegistry(database: Database | undefined): Promise<StartedRegistry> {
  const folder = await temporaryDirectory();
  await mkdir(join(folder.path, "tenants"));
  const started = await startKiwi(
    {},
    { tenantRoot: join(folder.path, "tenants"), stateDirectory: join(folder.path, "state") },
    { database },
  );
  const { api } = started.kiwi;
  let calls = 0;

  async function ask(
    tenant: string,
    given: ExecuteArguments,
    confirmed = false,
  ): Promise<ExecuteResult> {
    calls += 1;
    const request = { tenant: testTenant(tenant), callId: `call-${calls}` };
    if (confirmed) return executeWithYes(started, given, request);
    return (await started.execute({ ...request, arguments: given })).result;
  }

  return {
    path: folder.path,
    metrics: () => started.kiwi.registry.metrics(),
    async write(tenant, path, text) {
      const file = join(folder.path, "tenants", tenant, ".ai", path);
      await mkdir(dirname(file), { recursive: true });
      // As an editor saves: the watcher never reads half a file.
      await writeFile(`${file}.draft`, text);
      await rename(`${file}.draft`, file);
      const isListed = async (): Promise<boolean> => {
        const { items, broken } = await api.listItems({ tenant: testTenant(tenant) });
        return [...items.map(pathOf), ...broken.map((item) => item.path)].includes(path);
      };
      await eventually(isListed, { withinMs: 10_000 });
    },
    execute: (tenant, given) => ask(tenant, given, true),
    ask,
    load: (tenant, given, by = "person") =>
      api.load({ tenant: testTenant(tenant), arguments: given, by }),
    loadWithYes: (tenant, given, by) =>
      loadWithYes(started, given, { tenant: testTenant(tenant), by }),
    search: (tenant, given) => api.search({ tenant: testTenant(tenant), arguments: given }),
    order: (tenant, order) => api.registry({ tenant: testTenant(tenant), person: "ada", order }),
    items: (tenant) => api.listItems({ tenant: testTenant(tenant) }),
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
}

import type { KiwiApi } from "@lilux/rpc";
import { discoverItems } from "../find/discover-items.ts";
import type { FindItems } from "../find/find-items.ts";
import { loadItem } from "../find/load-item.ts";
import { searchSources } from "../find/search-sources.ts";
import type { Libraries } from "../library/libraries.ts";
import type { Registry } from "../registry/registry.ts";
import type { CallFacts, CallObserver } from "./observe-call.ts";
import { parsers } from "./parsers.ts";

export interface ApiDeps {
  libraries: Libraries;
  registry: Registry;
  find: FindItems;
  observer: CallObserver;
  execute: KiwiApi["execute"];
}

/** The tool core's door: requests are checked here once, whichever way they came. */
export function createKiwiApi(deps: ApiDeps): KiwiApi {
  const { libraries, registry, find, observer, execute } = deps;
  return {
    async search(request, options) {
      const { tenant, arguments: given } = parsers.search(request);
      const facts: CallFacts = { call: "search", tenant, item_type: given.item_type };
      return observer.run(facts, options, (signal) => {
        const library = () => libraries.of(tenant);
        const traceparent = options?.traceparent;
        return searchSources({ tenant, library, registry, find, signal, traceparent }, given);
      });
    },
    async load(request, options) {
      const { tenant, arguments: given } = parsers.load(request);
      const { item_type, item_id } = given;
      const facts: CallFacts = { call: "load", tenant, item_type, item_id };
      return observer.run(facts, options, async (signal) =>
        loadItem({ tenant, library: await libraries.of(tenant), registry, signal }, given),
      );
    },
    execute,
    async discover(request, options) {
      const { tenant, text, limit } = parsers.discover(request);
      return observer.run({ call: "discover", tenant }, options, async (signal) => {
        const call = { tenant, signal, traceparent: options?.traceparent };
        return discoverItems({ library: await libraries.of(tenant), find, call }, { text, limit });
      });
    },
    async listItems(request, options) {
      const { tenant } = parsers.listItems(request);
      return observer.run({ call: "list", tenant }, options, async () =>
        (await libraries.of(tenant)).list(),
      );
    },
  };
}

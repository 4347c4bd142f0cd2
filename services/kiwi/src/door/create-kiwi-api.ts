import type { KiwiApi } from "@lilux/rpc";
import { discoverItems } from "../find/discover-items.ts";
import { loadItem } from "../find/load-item.ts";
import { searchItems } from "../find/search-items.ts";
import type { Libraries } from "../library/libraries.ts";
import type { CallFacts, CallObserver } from "./observe-call.ts";
import { parsers } from "./parsers.ts";

export interface ApiDeps {
  libraries: Libraries;
  observer: CallObserver;
  execute: KiwiApi["execute"];
}

/** The tool core's door: requests are checked here once, whichever way they came. */
export function createKiwiApi({ libraries, observer, execute }: ApiDeps): KiwiApi {
  return {
    async search(request, options) {
      const { tenant, arguments: given } = parsers.search(request);
      const facts: CallFacts = { call: "search", tenant, item_type: given.item_type };
      return observer.run(facts, options, async () =>
        searchItems(await libraries.of(tenant), given),
      );
    },
    async load(request, options) {
      const { tenant, arguments: given } = parsers.load(request);
      const { item_type, item_id } = given;
      return observer.run({ call: "load", tenant, item_type, item_id }, options, async () =>
        loadItem(await libraries.of(tenant), given),
      );
    },
    execute,
    async discover(request, options) {
      const { tenant, text, limit } = parsers.discover(request);
      return observer.run({ call: "discover", tenant }, options, async () =>
        discoverItems(await libraries.of(tenant), { text, limit }),
      );
    },
    async listItems(request, options) {
      const { tenant } = parsers.listItems(request);
      return observer.run({ call: "list", tenant }, options, async () =>
        (await libraries.of(tenant)).list(),
      );
    },
  };
}

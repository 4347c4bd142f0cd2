import { ITEM_TYPES, type ItemSummary, LiluxError, type Tenant } from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";
import {
  type CompleteRequest,
  type CompleteResult,
  type ListResourcesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from "@modelcontextprotocol/server";
import { ITEM_URI_TEMPLATE, itemOfUri, itemUri } from "./item-uri.ts";
import type { McpKiwi } from "./mcp-kiwi.ts";

const PAGE_ITEMS = 100;
/** The protocol's own limit for one answer. */
const COMPLETIONS_MAX = 100;

const MEDIA_TYPES = {
  directive: "text/markdown",
  knowledge: "text/markdown",
  script: "text/x-python",
} as const;

/** A source shadows those after it, as everywhere else. */
const SOURCES = ["project", "user", "registry"] as const;

export const ITEM_TEMPLATES: ResourceTemplateType[] = [
  {
    name: "item",
    title: "An item of the library",
    uriTemplate: ITEM_URI_TEMPLATE,
    description: "One directive, script or knowledge entry, by its type and qualified id.",
  },
];

/** A tenant's items as resources. Only what its own library lists can be read. */
export function createItemResources(kiwi: McpKiwi, tenant: Tenant) {
  async function items(options: KiwiCallOptions): Promise<Map<string, ItemSummary>> {
    const list = await kiwi.listItems({ tenant }, options);
    const byUri = new Map<string, ItemSummary>();
    for (const source of SOURCES) {
      for (const item of list.items) {
        const uri = itemUri(item);
        if (item.source === source && !byUri.has(uri)) byUri.set(uri, item);
      }
    }
    return byUri;
  }

  return {
    /** By pages. A cursor names the last item shown, so that a changing library shifts nothing. */
    async list(cursor: string | undefined, options: KiwiCallOptions): Promise<ListResourcesResult> {
      const after = cursor === undefined ? "" : uriOfCursor(cursor);
      const byUri = await items(options);
      const uris = [...byUri.keys()].filter((uri) => uri > after).toSorted(byCodeUnit);
      const page = uris.slice(0, PAGE_ITEMS);
      const resources = page.flatMap((uri) => {
        const item = byUri.get(uri);
        return item === undefined ? [] : [resourceOf(uri, item)];
      });
      const last = page.at(-1);
      return uris.length > page.length && last !== undefined
        ? { resources, nextCursor: Buffer.from(last).toString("base64url") }
        : { resources };
    },

    async read(uri: string, options: KiwiCallOptions): Promise<ReadResourceResult> {
      const name = itemOfUri(uri);
      const item =
        name && (await items(options)).get(itemUri({ ...name, qualified_id: name.item_id }));
      if (item === undefined) throw new ResourceNotFoundError(uri);
      const { item_type, qualified_id, source } = item;
      const loaded = await kiwi
        .load({ tenant, arguments: { item_type, item_id: qualified_id, source } }, options)
        .catch((thrown: unknown) => {
          const error = LiluxError.from(thrown);
          throw error.code === "item_not_found" ? new ResourceNotFoundError(uri) : error;
        });
      return { contents: [{ uri, mimeType: MEDIA_TYPES[item_type], text: loaded.content }] };
    },

    /** Fills in the template's `item_type`, and the ids of that type. */
    async complete(
      request: CompleteRequest["params"],
      options: KiwiCallOptions,
    ): Promise<CompleteResult> {
      const { ref, argument, context } = request;
      if (ref.type !== "ref/resource" || ref.uri !== ITEM_URI_TEMPLATE) return completion([]);
      if (argument.name === "item_type") return completion(matching(ITEM_TYPES, argument.value));
      if (argument.name !== "item_id") return completion([]);
      const type = context?.arguments?.["item_type"];
      const ofType = [...(await items(options)).values()].filter(
        ({ item_type }) => type === undefined || item_type === type,
      );
      const ids = ofType.map(({ qualified_id }) => qualified_id);
      return completion(matching([...new Set(ids)].toSorted(byCodeUnit), argument.value));
    },
  };
}

function resourceOf(uri: string, item: ItemSummary): ListResourcesResult["resources"][number] {
  const { item_type, qualified_id, name, description, version } = item;
  return {
    uri,
    name: qualified_id,
    title: name,
    description,
    mimeType: MEDIA_TYPES[item_type],
    _meta: { "lilux/source": item.source, "lilux/version": version, "lilux/effect": item.effect },
  };
}

function uriOfCursor(cursor: string): string {
  const uri = Buffer.from(cursor, "base64url").toString();
  if (itemOfUri(uri) !== undefined) return uri;
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    "cursor is not one of ours. List again without it.",
  );
}

function matching(values: readonly string[], start: string): string[] {
  const wanted = start.toLowerCase();
  return values.filter((value) => value.toLowerCase().startsWith(wanted));
}

function completion(values: string[]): CompleteResult {
  const shown = values.slice(0, COMPLETIONS_MAX);
  const hasMore = values.length > shown.length;
  return { completion: { values: shown, total: values.length, hasMore } };
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

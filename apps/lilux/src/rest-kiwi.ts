import {
  BrokenItem,
  type CallActor,
  createParser,
  ErrorBody,
  type ExecuteEvent,
  ExecuteResult,
  ItemSummary,
  LiluxError,
  LoadResult,
  SearchResult,
} from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";
import { Type } from "typebox";
import type { RestClient } from "./rest-client.ts";

const WHAT = "the instance's answer";
const parsers = {
  search: createParser(SearchResult, WHAT, "internal"),
  load: createParser(LoadResult, WHAT, "internal"),
  execute: createParser(
    Type.Union([
      Type.Object({ type: Type.Literal("progress"), text: Type.String() }),
      Type.Object({ type: Type.Literal("result"), result: ExecuteResult }),
      Type.Object({ type: Type.Literal("error"), error: ErrorBody }),
    ]),
    WHAT,
    "internal",
  ),
  items: createParser(
    Type.Object({
      version: Type.String(),
      items: Type.Array(ItemSummary),
      broken: Type.Array(BrokenItem),
      nextOffset: Type.Optional(Type.Integer()),
    }),
    WHAT,
    "internal",
  ),
};

const PAGE_ITEMS = 1_000;

/**
 * The tool core of a running instance, through its REST door. The tenant is the
 * credential's, whatever a request says.
 */
export function createRestKiwi(
  client: RestClient,
): Pick<KiwiApi, "search" | "load" | "execute" | "listItems"> {
  const post = (path: string, body: unknown, options: KiwiCallOptions | undefined) =>
    client.request({ method: "POST", path, body, ...sendOptions(options) });

  return {
    search: async (request, options) =>
      parsers.search.parse(await post("/v1/search", request.arguments, options)),
    async load({ arguments: call, callId, confirmation, by }, options) {
      const body = { ...call, callId, confirmation };
      const request = { method: "POST", path: "/v1/load", body } as const;
      return parsers.load.parse(
        await client.request({ ...request, ...sendOptions(options, by ?? "model") }),
      );
    },
    async *execute(
      { arguments: call, callId, confirmation, by },
      options,
    ): AsyncGenerator<ExecuteEvent> {
      const body = { ...call, callId, confirmation };
      const request = { method: "POST", path: "/v1/execute", body } as const;
      for await (const data of client.stream({
        ...request,
        ...sendOptions(options, by ?? "model"),
      })) {
        const event = parsers.execute.parse(data);
        if (event.type === "error") throw LiluxError.fromBody(event.error);
        yield event;
      }
    },
    async listItems(_request, options) {
      const path = `/v1/items?limit=${PAGE_ITEMS}`;
      const first = parsers.items.parse(await client.request({ path, ...sendOptions(options) }));
      const items = [...first.items];
      let offset = first.nextOffset;
      while (offset !== undefined) {
        const next = { path: `${path}&offset=${offset}`, ...sendOptions(options) };
        const page = parsers.items.parse(await client.request(next));
        items.push(...page.items);
        offset = page.nextOffset;
      }
      return { version: first.version, items, broken: first.broken };
    },
  };
}

function sendOptions(options: KiwiCallOptions | undefined, by?: CallActor) {
  const { signal, deadlineMs, traceparent } = options ?? {};
  const headers: Record<string, string> = {
    ...(traceparent === undefined ? {} : { traceparent }),
    // The instance takes whoever has its credential for a person, unless they say otherwise.
    ...(by === undefined ? {} : { "lilux-caller": by }),
  };
  return { signal, deadlineMs, headers };
}

import type { LexicalIndex } from "@lilux/core/search";
import { connectKiwi, type KiwiApi, serveKiwi } from "@lilux/rpc";
import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";
import { typedTexts } from "./measure-index.ts";
import { timeEachOf } from "./time-each.ts";

const QUERIES = 500;

/** An index behind gRPC on loopback, without the tool core's own checks: what the wire adds. */
export async function measureGrpc(index: LexicalIndex): Promise<Float64Array> {
  const search: KiwiApi["search"] = async ({ arguments: given }) => {
    const { query, limit = 10 } = given;
    const { hits, total } = index.match(query, { limit, prefixLast: true });
    const results = hits.map(({ key, score, why }) => ({
      item_type: given.item_type,
      item_id: key,
      qualified_id: key,
      name: key,
      description: "",
      category: "",
      source: "project" as const,
      version: "1.0.0",
      score,
      why,
    }));
    return { query, source: "local", results, total };
  };
  const logger = createLogger({ service: "bench", level: "error" });
  const api = { search } as unknown as KiwiApi;
  const server = await serveKiwi({ api, host: "127.0.0.1", port: 0, logger });
  const client = await connectKiwi({ address: `127.0.0.1:${server.port}`, logger });
  try {
    const { prefixes } = typedTexts();
    return await timeEachOf(prefixes.slice(0, QUERIES), (query) =>
      client.search({ tenant: testTenant("local"), arguments: { item_type: "script", query } }),
    );
  } finally {
    await client.close();
    await server.close();
  }
}

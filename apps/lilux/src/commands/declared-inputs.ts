import { createParser, type InputSpec, LiluxError, LoadResult } from "@lilux/protocol";
import type { RestClient } from "../rest-client.ts";

const resultParser = createParser(LoadResult, "the instance's answer", "internal");

/** Where a run looks for an item, in its order. */
const SOURCES = ["project", "user", "registry"] as const;

/**
 * The inputs that an item declares; none for what is not found or cannot be
 * read, which the run itself says better.
 */
export async function declaredInputs(
  client: RestClient,
  item: { item_type: string | undefined; item_id: string | undefined },
): Promise<readonly InputSpec[]> {
  for (const source of SOURCES) {
    try {
      const body = { ...item, source };
      return resultParser.parse(await client.request({ method: "POST", path: "/v1/load", body }))
        .item.inputs;
    } catch (error) {
      if (!(error instanceof LiluxError) || error.code !== "item_not_found") break;
    }
  }
  return [];
}

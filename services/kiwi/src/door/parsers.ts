import { isDeeperThan, JSON_DEPTH_MAX } from "@lilux/core/json";
import {
  createParser,
  DiscoverRequest,
  ExecuteRequest,
  isTenant,
  LiluxError,
  ListItemsRequest,
  LoadRequest,
  SearchRequest,
} from "@lilux/protocol";

/**
 * Readers of every request. Direct callers pass typed values, gRPC callers pass
 * JSON that somebody else wrote: both are checked. Throw `invalid_request` naming the field.
 */
export const parsers = {
  search: reader(createParser(SearchRequest, "search")),
  load: reader(createParser(LoadRequest, "load")),
  execute: reader(createParser(ExecuteRequest, "execute")),
  discover: reader(createParser(DiscoverRequest, "discover")),
  listItems: reader(createParser(ListItemsRequest, "listItems")),
} as const;

/** What a request has around what a caller sent. */
const REQUEST_LEVELS = 2;

function reader<T extends { tenant: string }>(parser: { parse(value: unknown): T }) {
  return (request: unknown): T => {
    if (isDeeperThan(request, JSON_DEPTH_MAX + REQUEST_LEVELS)) {
      throw new LiluxError("invalid_request", {
        message: `arguments nest deeper than ${JSON_DEPTH_MAX} levels. Send something flatter.`,
        details: { field: "arguments" },
      });
    }
    const parsed = parser.parse(request);
    if (!isTenant(parsed.tenant)) {
      throw new LiluxError("invalid_request", {
        message: "tenant must match [a-z0-9-]{1,32}. Correct it and send it again.",
        details: { field: "tenant" },
      });
    }
    return parsed;
  };
}

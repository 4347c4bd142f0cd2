import { isDeeperThan, JSON_DEPTH_MAX } from "@lilux/core/json";
import {
  isTenant,
  LiluxError,
  NO_TENANT,
  type OfTenant,
  ofVerifiedTenant,
  REQUEST_PARSERS,
} from "@lilux/protocol";

/**
 * Readers of every request, whichever way it came; one that the gRPC server has checked is not
 * checked again. Throw `invalid_request` naming the field.
 */
export const parsers = {
  search: reader(REQUEST_PARSERS.search),
  load: reader(REQUEST_PARSERS.load),
  execute: reader(REQUEST_PARSERS.execute),
  discover: reader(REQUEST_PARSERS.discover),
  listItems: reader(REQUEST_PARSERS.listItems),
  recallRun: reader(REQUEST_PARSERS.recallRun),
  readArtifact: reader(REQUEST_PARSERS.readArtifact),
  secrets: reader(REQUEST_PARSERS.secrets),
  registry: reader(REQUEST_PARSERS.registry, { ofOperator: true }),
  library: reader(REQUEST_PARSERS.library),
} as const;

/** What a request has around what a caller sent. */
const REQUEST_LEVELS = 2;

function reader<T extends { tenant: string }>(
  parser: { parse(value: unknown): T },
  { ofOperator = false } = {},
) {
  return (request: unknown): OfTenant<T> => {
    if (isDeeperThan(request, JSON_DEPTH_MAX + REQUEST_LEVELS)) {
      throw new LiluxError("invalid_request", {
        message: `arguments nest deeper than ${JSON_DEPTH_MAX} levels. Send something flatter.`,
        details: { field: "arguments" },
      });
    }
    const parsed = parser.parse(request);
    if (!isTenant(parsed.tenant) && !(ofOperator && parsed.tenant === NO_TENANT)) {
      throw new LiluxError("invalid_request", {
        message: "tenant must match [a-z0-9-]{1,32}. Correct it and send it again.",
        details: { field: "tenant" },
      });
    }
    return ofVerifiedTenant(parsed);
  };
}

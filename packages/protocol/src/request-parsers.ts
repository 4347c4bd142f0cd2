import {
  DiscoverRequest,
  ExecuteRequest,
  ListItemsRequest,
  LoadRequest,
  ReadArtifactRequest,
  RecallRunRequest,
  SearchRequest,
} from "./kiwi.ts";
import { LibraryRequest } from "./library-place.ts";
import { createParser, type Parser } from "./parse.ts";
import { RegistryRequest } from "./registry-request.ts";
import { SecretsRequest } from "./secrets.ts";

/**
 * The parsers of what the tool core is asked, one of each for the whole process. What one of them
 * has let through it knows again, so that a request is checked once, at whichever edge it came in:
 * the gRPC server and the tool core's own door both ask, and the second gets the first's answer.
 * A request is not changed after it was parsed.
 */
export const REQUEST_PARSERS = {
  search: remembering(createParser(SearchRequest, "search")),
  load: remembering(createParser(LoadRequest, "load")),
  execute: remembering(createParser(ExecuteRequest, "execute")),
  discover: remembering(createParser(DiscoverRequest, "discover")),
  listItems: remembering(createParser(ListItemsRequest, "listItems")),
  recallRun: remembering(createParser(RecallRunRequest, "recallRun")),
  readArtifact: remembering(createParser(ReadArtifactRequest, "readArtifact")),
  secrets: remembering(createParser(SecretsRequest, "secrets")),
  registry: remembering(createParser(RegistryRequest, "registry")),
  library: remembering(createParser(LibraryRequest, "library")),
} as const;

function remembering<T extends object>(parser: Parser<T>): Parser<T> {
  const parsed = new WeakSet<object>();
  return {
    is: parser.is,
    parse(value) {
      if (isObject(value) && parsed.has(value)) return value as T;
      const read = parser.parse(value);
      parsed.add(read);
      return read;
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

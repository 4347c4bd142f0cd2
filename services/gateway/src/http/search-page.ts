import { SearchArguments, SearchResult } from "@lilux/protocol";
import { Type } from "typebox";

export const HITS_USUAL = 10;
/** In all pages together: what the tool core ranks for one search. */
export const HITS_MAX = 100;

export const SearchBody = Type.Object(
  {
    ...SearchArguments.properties,
    offset: Type.Optional(
      Type.Integer({ minimum: 0, maximum: HITS_MAX - 1, description: "Where the page begins." }),
    ),
  },
  { additionalProperties: false },
);
export const SearchPage = Type.Object({
  ...SearchResult.properties,
  nextOffset: Type.Optional(
    Type.Integer({ description: "Where the next page begins; absent on the last." }),
  ),
});

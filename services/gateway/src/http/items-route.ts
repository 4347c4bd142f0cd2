import {
  BrokenItem,
  ErrorBody,
  ItemSource,
  ItemSummary,
  ItemType,
  LiluxError,
} from "@lilux/protocol";
import { Type } from "typebox";
import type { App } from "./create-app.ts";
import type { KiwiRoutesDeps } from "./primitive-routes.ts";
import { disconnectSignal, traceparentOf } from "./request-context.ts";

const ItemsQuery = Type.Object(
  {
    item_type: Type.Optional(ItemType),
    broken: Type.Optional(
      Type.Boolean({ description: "List only the files that cannot be read as items." }),
    ),
    offset: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  },
  { additionalProperties: false },
);

const ItemsAnswer = Type.Object({
  version: Type.String({ description: "Changes whenever the library does." }),
  items: Type.Array(ItemSummary),
  broken: Type.Array(BrokenItem),
  /** How many there are in all pages. */
  total: Type.Integer(),
  brokenTotal: Type.Integer(),
  /** Where the next page starts; absent on the last. */
  nextOffset: Type.Optional(Type.Integer()),
});

const OneItem = Type.Object({ id: Type.String({ minLength: 1, maxLength: 256 }) });
const OneItemQuery = Type.Object(
  {
    item_type: Type.Optional(ItemType),
    source: Type.Optional(ItemSource),
  },
  { additionalProperties: false },
);

/** `GET /v1/items/{id}`: what lists know of one item. */
export function addItemRoute(app: App, { kiwi, limits }: KiwiRoutesDeps): void {
  const schema = {
    summary: "Say what is known of one item",
    params: OneItem,
    querystring: OneItemQuery,
    response: { 200: ItemSummary, "4xx": ErrorBody, "5xx": ErrorBody },
  };
  app.get("/v1/items/:id", { schema, config: { verb: "read" } }, async (request, reply) => {
    const options = {
      signal: disconnectSignal(reply),
      deadlineMs: limits.kiwiWithinMs,
      traceparent: traceparentOf(request),
      mandate: request.caller,
    };
    const { items } = await kiwi.listItems({ tenant: request.tenant }, options);
    return findItem(items, { id: request.params.id.normalize(), ...request.query });
  });
}

/** By its qualified id, else by its bare one; of several sources the first counts. */
function findItem(
  items: readonly ItemSummary[],
  { id, item_type, source }: { id: string; item_type?: ItemType; source?: ItemSource },
): ItemSummary {
  const wanted = items.filter(
    (item) =>
      (item_type === undefined || item.item_type === item_type) &&
      (source === undefined || item.source === source),
  );
  const qualified = wanted.filter((item) => item.qualified_id === id);
  const found = qualified.length > 0 ? qualified : wanted.filter((item) => item.item_id === id);
  const [first] = SOURCES.flatMap((from) => found.filter((item) => item.source === from));
  if (first === undefined) throw new LiluxError("item_not_found");
  const names = new Set(found.map((item) => `${item.item_type} ${item.qualified_id}`));
  if (names.size === 1) return first;
  throw new LiluxError("item_ambiguous", {
    message: `${names.size} items are called ${id}: ${[...names].join(", ")}. Name one by its type and its qualified id.`,
    details: { field: "id", candidates: [...names] },
  });
}

/** A source shadows those after it. */
const SOURCES = ["project", "user", "registry"] as const;

/** `GET /v1/items`: the tenant's library, by pages. Broken files come with the first page. */
export function addItemsRoute(app: App, { kiwi, limits }: KiwiRoutesDeps): void {
  const schema = {
    summary: "List the library",
    querystring: ItemsQuery,
    response: { 200: ItemsAnswer, "4xx": ErrorBody, "5xx": ErrorBody },
  };
  app.get("/v1/items", { schema, config: { verb: "read" } }, async (request, reply) => {
    const { item_type, broken: onlyBroken = false, offset, limit } = request.query;
    const options = {
      signal: disconnectSignal(reply),
      deadlineMs: limits.kiwiWithinMs,
      traceparent: traceparentOf(request),
      mandate: request.caller,
    };
    const list = await kiwi.listItems({ tenant: request.tenant }, options);
    const isWanted = (item: { item_type: ItemType }): boolean =>
      item_type === undefined || item.item_type === item_type;
    const items = onlyBroken ? [] : list.items.filter(isWanted);
    const broken = list.broken.filter(isWanted);
    const paged = onlyBroken ? broken : items;
    const nextOffset = offset + limit < paged.length ? offset + limit : undefined;
    const answer = {
      version: list.version,
      items: items.slice(offset, offset + limit),
      broken: onlyBroken ? broken.slice(offset, offset + limit) : offset === 0 ? broken : [],
      total: items.length,
      brokenTotal: broken.length,
    };
    return nextOffset === undefined ? answer : { ...answer, nextOffset };
  });
}

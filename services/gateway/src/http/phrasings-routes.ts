import { type Bus, subjects } from "@lilux/bus";
import {
  createParser,
  ErrorBody,
  ItemType,
  LiluxError,
  TAUGHT_ITEMS_MAX,
  TeachForgotten,
  TeachListed,
  type TeachRequest,
  TeachWritten,
} from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App } from "./create-app.ts";
import { disconnectSignal } from "./request-context.ts";

const ItemQuery = {
  item_type: Type.Optional(ItemType),
  item_id: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
};
const ListQuery = Type.Object(
  {
    ...ItemQuery,
    offset: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
  },
  { additionalProperties: false },
);
const ForgetQuery = Type.Object(ItemQuery, { additionalProperties: false });
const WriteBody = Type.Object(
  {
    items: Type.Array(
      Type.Object({ item_type: ItemType, item_id: Type.String({ minLength: 1, maxLength: 400 }) }),
      { minItems: 1, maxItems: TAUGHT_ITEMS_MAX },
    ),
    dry_run: Type.Optional(
      Type.Boolean({ description: "Show what would be learnt, and keep none." }),
    ),
  },
  { additionalProperties: false },
);

const TakeBody = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 256, description: "Who wrote them." }),
    items: Type.Array(
      Type.Object({
        item_type: ItemType,
        item_id: Type.String({ minLength: 1, maxLength: 400 }),
        textHash: Type.String({ minLength: 1, maxLength: 64 }),
        lines: Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 24 }),
      }),
      { minItems: 1, maxItems: TAUGHT_ITEMS_MAX },
    ),
  },
  { additionalProperties: false },
);

/** A model writes for minutes where its server is slow. */
const WRITE_WITHIN_MS = 300_000;
const ANSWER_WITHIN_MS = 15_000;

const listed = createParser(TeachListed, "phrasings", "internal");
const written = createParser(TeachWritten, "phrasings", "internal");
const forgotten = createParser(TeachForgotten, "phrasings", "internal");

/** `/v1/phrasings`: the lines that language models wrote for the library's items. */
export function addPhrasingsRoutes(app: App, { bus }: { bus: Pick<Bus, "request"> }): void {
  const ask: Ask = async ({ tenant }, body, { deadlineMs = ANSWER_WITHIN_MS, signal } = {}) =>
    bus.request(subjects.teach(tenant), body, { deadlineMs, signal });
  addListRoute(app, ask);
  addWriteRoutes(app, ask);
  addForgetRoute(app, ask);
}

type Ask = (
  request: FastifyRequest,
  body: TeachRequest,
  options?: { deadlineMs?: number; signal?: AbortSignal },
) => Promise<unknown>;

const refusals = { "4xx": ErrorBody, "5xx": ErrorBody };

function addListRoute(app: App, ask: Ask): void {
  app.get(
    "/v1/phrasings",
    {
      config: { verb: "read" },
      schema: {
        summary: "List what language models wrote for items, and how far that has come",
        querystring: ListQuery,
        response: { 200: TeachListed, ...refusals },
      },
    },
    async (request) => {
      const { offset, limit } = request.query;
      return listed.parse(
        await ask(request, { do: "list", offset, limit, ...itemOf(request.query) }),
      );
    },
  );
}

function addWriteRoutes(app: App, ask: Ask): void {
  app.post(
    "/v1/phrasings",
    {
      config: { verb: "write" },
      schema: {
        summary: "Have the language model write lines for items now",
        body: WriteBody,
        response: { 200: TeachWritten, ...refusals },
      },
    },
    async (request, reply) => {
      const { items, dry_run: dryRun = false } = request.body;
      const body: TeachRequest = { do: "write", items, dryRun };
      const options = { deadlineMs: WRITE_WITHIN_MS, signal: disconnectSignal(reply) };
      return written.parse(await ask(request, body, options));
    },
  );
  app.put(
    "/v1/phrasings",
    {
      config: { verb: "write" },
      schema: {
        summary: "Take over lines that a library ships with its items",
        body: TakeBody,
        response: { 200: TeachWritten, ...refusals },
      },
    },
    async (request, reply) => {
      const body: TeachRequest = { do: "take", ...request.body };
      const options = { deadlineMs: WRITE_WITHIN_MS, signal: disconnectSignal(reply) };
      return written.parse(await ask(request, body, options));
    },
  );
}

function addForgetRoute(app: App, ask: Ask): void {
  app.delete(
    "/v1/phrasings",
    {
      config: { verb: "write" },
      schema: {
        summary: "Forget what language models wrote, for one item or all",
        querystring: ForgetQuery,
        response: { 200: TeachForgotten, ...refusals },
      },
    },
    async (request) => {
      return forgotten.parse(await ask(request, { do: "forget", ...itemOf(request.query) }));
    },
  );
}

/** Both or none. */
function itemOf({
  item_type,
  item_id,
}: {
  item_type?: ItemType;
  item_id?: string;
}): Pick<Extract<TeachRequest, { do: "list" }>, "item"> {
  if (item_type === undefined && item_id === undefined) return {};
  if (item_type !== undefined && item_id !== undefined) return { item: { item_type, item_id } };
  const field = item_type === undefined ? "item_type" : "item_id";
  const message = `${field}: is missing. Give both item_type and item_id, or none for all items.`;
  throw new LiluxError("invalid_request", { message, details: { field } });
}

import {
  ApplyUpdate,
  ErrorBody,
  LibraryDiff,
  NamespaceName,
  NewSharedLibrary,
  NewSubscription,
  SharedLibrary,
  SharedLibraryList,
  SubscriptionList,
  type Verb,
} from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App } from "./create-app.ts";
import type { OrderRegistry } from "./order-registry.ts";

const TAGS = ["Registry"];
const ERRORS = { "4xx": ErrorBody, "5xx": ErrorBody };
const READERS = { verb: "read" } as const;
const WRITERS = { verb: "write" } as const;

/** Of the library `@acme/mail` the namespace `acme` and the name `mail`. */
const OneLibrary = Type.Object({
  namespace: NamespaceName,
  name: Type.String({ pattern: "^[a-z0-9-]{1,64}$" }),
});
const WhoseLibraries = Type.Object(
  { namespace: Type.Optional(NamespaceName) },
  { additionalProperties: false },
);

/** `/v1/libraries` and `/v1/subscriptions`: sets of items that tenants publish for each other. */
export function addLibrariesRoutes(app: App, order: OrderRegistry): void {
  addPublishedRoutes(app, order);
  addSubscriptionRoutes(app, order);
  addUpdateRoutes(app, order);
}

function addPublishedRoutes(app: App, order: OrderRegistry): void {
  const published = {
    operationId: "publishLibrary",
    tags: TAGS,
    summary: "Publish a set of published items as a version of a library",
    body: NewSharedLibrary,
    response: { 200: SharedLibrary, ...ERRORS },
  };
  app.post("/v1/libraries", { schema: published, config: WRITERS }, (request, reply) =>
    order({ request, reply }, { do: "publish-library", ...request.body }, SharedLibrary),
  );

  const listed = {
    operationId: "listLibraries",
    tags: TAGS,
    summary: "List the libraries of the tenant and everybody's public ones, each version",
    querystring: WhoseLibraries,
    response: { 200: SharedLibraryList, ...ERRORS },
  };
  app.get("/v1/libraries", { schema: listed, config: READERS }, (request, reply) =>
    order({ request, reply }, { do: "list-libraries", ...request.query }, SharedLibraryList),
  );
}

function addSubscriptionRoutes(app: App, order: OrderRegistry): void {
  const listed = {
    operationId: "listSubscriptions",
    tags: TAGS,
    summary: "List what the tenant subscribes to, what of it is applied, and what waits",
    response: { 200: SubscriptionList, ...ERRORS },
  };
  app.get("/v1/subscriptions", { schema: listed, config: READERS }, (request, reply) =>
    order({ request, reply }, { do: "list-subscriptions" }, SubscriptionList),
  );

  const begun = {
    operationId: "subscribe",
    tags: TAGS,
    summary: "Subscribe to a library at a version or a range; nothing is applied by it",
    body: NewSubscription,
    response: { 200: SubscriptionList, ...ERRORS },
  };
  app.post("/v1/subscriptions", { schema: begun, config: WRITERS }, (request, reply) =>
    order({ request, reply }, { do: "subscribe", ...request.body }, SubscriptionList),
  );

  const ended = {
    operationId: "unsubscribe",
    tags: TAGS,
    summary: "End a subscription; its items are gone from the tenant's library",
    params: OneLibrary,
    response: { 200: SubscriptionList, ...ERRORS },
  };
  app.delete(
    "/v1/subscriptions/:namespace/:name",
    { schema: ended, config: WRITERS },
    (request, reply) =>
      order({ request, reply }, { do: "unsubscribe", ...named(request.params) }, SubscriptionList),
  );
}

function addUpdateRoutes(app: App, order: OrderRegistry): void {
  const diff = {
    operationId: "diffSubscription",
    tags: TAGS,
    summary:
      "Show what the newest version that fits would change; what items may do beyond now first",
    params: OneLibrary,
    response: { 200: LibraryDiff, ...ERRORS },
  };
  app.get(
    "/v1/subscriptions/:namespace/:name/diff",
    { schema: diff, config: READERS },
    (request, reply) =>
      order({ request, reply }, { do: "diff-library", ...named(request.params) }, LibraryDiff),
  );

  const applied = {
    operationId: "applyUpdate",
    tags: TAGS,
    summary: "Apply the update whose diff was shown",
    params: OneLibrary,
    body: ApplyUpdate,
    response: { 200: SubscriptionList, ...ERRORS },
  };
  // What items may do beyond now has a yes of its own.
  const config = {
    verb: ({ body }: FastifyRequest): Verb =>
      (body as { acceptEffects?: boolean }).acceptEffects === true ? "approve" : "write",
  };
  app.post(
    "/v1/subscriptions/:namespace/:name/apply",
    { schema: applied, config },
    (request, reply) => {
      const wanted = { do: "apply-library", ...named(request.params), ...request.body } as const;
      return order({ request, reply }, wanted, SubscriptionList);
    },
  );

  const back = {
    operationId: "rollbackSubscription",
    tags: TAGS,
    summary: "Go back to the version before, and stay there until somebody says otherwise",
    params: OneLibrary,
    response: { 200: SubscriptionList, ...ERRORS },
  };
  app.post(
    "/v1/subscriptions/:namespace/:name/rollback",
    { schema: back, config: WRITERS },
    (request, reply) => {
      const wanted = { do: "rollback-library", ...named(request.params) } as const;
      return order({ request, reply }, wanted, SubscriptionList);
    },
  );
}

function named({ namespace, name }: { namespace: string; name: string }): { library: string } {
  return { library: `@${namespace}/${name}` };
}

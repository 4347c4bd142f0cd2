import { type ExecuteEvent, type OfTenant, ofVerifiedTenant } from "@lilux/protocol";
import type { VerifyClaim } from "./claims/claim-tokens.ts";
import {
  type ExecuteRequest as ExecuteMessage,
  type ExecuteResponse,
  type KiwiServiceServer,
  KiwiServiceService,
  type LoadRequest as LoadMessage,
  type RegistryRequest as RegistryMessage,
  type SearchRequest as SearchMessage,
  type SecretsRequest as SecretsMessage,
} from "./generated/lilux/kiwi/v1/kiwi.ts";
import type { KiwiApi } from "./kiwi-api.ts";
import { CALLERS } from "./peers/callers.ts";
import type { CallScope } from "./server/call-scope.ts";
import { handleStream } from "./server/handle-stream.ts";
import { type HandleOptions, handleUnary } from "./server/handle-unary.ts";
import { type RpcServer, type ServeOptions, startServer } from "./server/start-server.ts";
import { assertClaimed } from "./wire/claim-metadata.ts";
import { itemPages } from "./wire/item-pages.ts";
import { readSentJson, toJsonBytes } from "./wire/json-bytes.ts";
import { onBehalfFromMessage } from "./wire/on-behalf.ts";
import { requests } from "./wire/parsers.ts";

export interface ServeKiwiOptions extends ServeOptions {
  api: KiwiApi;
  /** Where the gateway signs who a call is made for: what changes anything then has to say so. */
  verifyClaim?: VerifyClaim | undefined;
}

/** The tool core at a gRPC port. Resolves when it listens. */
export async function serveKiwi({ api, ...options }: ServeKiwiOptions): Promise<RpcServer> {
  return startServer(
    {
      definition: KiwiServiceService,
      handlers: handlersFor(api, options),
      callers: CALLERS.kiwi,
    },
    options,
  );
}

function handlersFor(api: KiwiApi, options: HandleOptions): KiwiServiceServer {
  const { mayBeNobodys, isSomebodys } = claimsFor(options);
  return {
    search: handleUnary(async (message, scope) => {
      const asked = mayBeNobodys(scope, message, () =>
        requests.search.parse(readCall(message, "search arguments")),
      );
      return { resultJson: toJsonBytes(await api.search(asked, scope)) };
    }, options),
    load: handleUnary(async (message, scope) => {
      const read = () =>
        requests.load.parse({ ...readCall(message, "load arguments"), ...readQuestion(message) });
      const asked = mayBeNobodys(scope, message, read);
      const copies = asked.arguments.destination !== undefined;
      if (copies) isSomebodys(scope, message, () => asked);
      return { resultJson: toJsonBytes(await api.load(asked, scope)) };
    }, options),
    execute: handleStream(async function* (message, scope) {
      const asked = isSomebodys(scope, message, () => readExecute(message));
      for await (const event of api.execute(asked, scope)) yield toMessage(event);
    }, options),
    discover: handleUnary(async ({ tenant, text, limit, ...item }, scope) => {
      const near =
        item.nearItemId === ""
          ? undefined
          : { item_type: item.nearItemType, item_id: item.nearItemId };
      const request = mayBeNobodys(scope, { tenant }, () =>
        requests.discover.parse({ tenant, text, limit, ...(near && { near }) }),
      );
      return { resultJson: toJsonBytes(await api.discover(request, scope)) };
    }, options),
    recallRun: handleUnary(async (message, scope) => {
      const asked = isSomebodys(scope, message, () => requests.recallRun.parse(message));
      const run = await api.recallRun(asked, scope);
      return { resultJson: toJsonBytes(run) };
    }, options),
    registry: handleUnary(async (message, scope) => {
      const asked = isSomebodys(scope, message, () => readOrder(message));
      return { resultJson: toJsonBytes(await api.registry(asked, scope)) };
    }, options),
    readArtifact: handleUnary(async (message, scope) => {
      const asked = isSomebodys(scope, message, () => requests.readArtifact.parse(message));
      const part = await api.readArtifact(asked, scope);
      return { resultJson: toJsonBytes(part) };
    }, options),
    ...ofTenants(api, options),
    listItems: handleStream(async function* ({ tenant }, scope) {
      const asked = mayBeNobodys(scope, { tenant }, () => requests.listItems.parse({ tenant }));
      const list = await api.listItems(asked, scope);
      const { version, position } = list;
      const at = { epoch: position?.epoch ?? "", sequence: position?.sequence ?? 0 };
      for (const { items, broken } of itemPages(list)) {
        const itemsJson = toJsonBytes(items);
        yield { version, itemsJson, brokenJson: toJsonBytes(broken), ...at };
      }
    }, options),
  };
}

/** What is asked of a tenant as such, beside its items. */
function ofTenants(
  api: KiwiApi,
  options: HandleOptions,
): Pick<KiwiServiceServer, "secrets" | "library"> {
  const { mayBeNobodys, isSomebodys } = claimsFor(options);
  return {
    secrets: handleUnary(async (message, scope) => {
      const asked = mayBeNobodys(scope, message, () => readSecrets(message));
      // The master key is no tenant's: who may have data keys wrapped anew was asked at the front door.
      if (asked.action !== "rewrap") isSomebodys(scope, message, () => asked);
      return { resultJson: toJsonBytes(await api.secrets(asked, scope)) };
    }, options),
    library: handleUnary(async ({ tenant, askJson }, scope) => {
      const asked = mayBeNobodys(scope, { tenant }, () =>
        requests.library.parse({
          tenant,
          ask: readSentJson(askJson, "what is asked of a library"),
        }),
      );
      // What a Git server sends vouches for itself, and does no more than have a look taken.
      if (asked.ask.kind !== "pushed") isSomebodys(scope, asked, () => asked);
      return { resultJson: toJsonBytes(await api.library(asked, scope)) };
    }, options),
  };
}

/** What is asked is read once its claim was looked at, and is then asked for a tenant. */
function claimsFor({ verifyClaim: verify }: HandleOptions) {
  const claimed =
    (isSomebodys: boolean) =>
    <T extends { tenant: string }>(
      { mandate }: CallScope,
      { tenant }: { tenant: string },
      read: () => T,
    ): OfTenant<T> => {
      assertClaimed(mandate, { tenant, verify, isSomebodys });
      return ofVerifiedTenant(read());
    };
  return {
    /** What a service does for itself, for whichever tenant: it only reads. */
    mayBeNobodys: claimed(false),
    isSomebodys: claimed(true),
  };
}

function readOrder({ tenant, person, orderJson }: RegistryMessage) {
  const order = readSentJson(orderJson, "registry order");
  return requests.registry.parse({ tenant, person, order });
}

function readSecrets({ tenant, requestJson }: SecretsMessage) {
  const asked = Object(readSentJson(requestJson, "secrets request"));
  return requests.secrets.parse({ ...asked, tenant });
}

function readExecute(message: ExecuteMessage) {
  return requests.execute.parse({
    ...readCall(message, "execute arguments"),
    ...readQuestion(message),
  });
}

/** The call's name, and a person's yes where there is one. */
function readQuestion({ callId, confirmation }: LoadMessage | ExecuteMessage) {
  const { nonce, ...bound } = confirmation ?? {};
  const yes = nonce === undefined ? bound : { ...bound, nonce };
  return {
    ...(callId === undefined ? {} : { callId }),
    ...(confirmation === undefined ? {} : { confirmation: yes }),
  };
}

/** What every call has: whose it is, its arguments, and on whose behalf it is made. */
function readCall(message: SearchMessage | LoadMessage | ExecuteMessage, what: string) {
  const { tenant, argumentsJson } = message;
  return { tenant, arguments: readSentJson(argumentsJson, what), ...onBehalfFromMessage(message) };
}

function toMessage(event: ExecuteEvent): ExecuteResponse {
  switch (event.type) {
    case "progress":
      return { event: { $case: "progress", value: event.text } };
    case "result":
      return { event: { $case: "resultJson", value: toJsonBytes(event.result) } };
  }
}

import type { Log } from "@lilux/core/telemetry";
import type { ExecuteEvent, ExecuteRequest } from "@lilux/protocol";
import {
  type ExecuteRequest as ExecuteMessage,
  type ExecuteResponse,
  type KiwiServiceServer,
  KiwiServiceService,
  type LoadRequest as LoadMessage,
  type SearchRequest as SearchMessage,
} from "./generated/lilux/kiwi/v1/kiwi.ts";
import type { KiwiApi } from "./kiwi-api.ts";
import { handleStream } from "./server/handle-stream.ts";
import { handleUnary } from "./server/handle-unary.ts";
import { type RpcServer, type ServeOptions, startServer } from "./server/start-server.ts";
import { itemPages } from "./wire/item-pages.ts";
import { readSentJson, toJsonBytes } from "./wire/json-bytes.ts";
import { onBehalfFromMessage } from "./wire/on-behalf.ts";
import { requests } from "./wire/parsers.ts";

export interface ServeKiwiOptions extends ServeOptions {
  api: KiwiApi;
}

/** The tool core at a gRPC port. Resolves when it listens. */
export async function serveKiwi({ api, ...options }: ServeKiwiOptions): Promise<RpcServer> {
  return startServer(KiwiServiceService, handlersFor(api, options.logger), options);
}

function handlersFor(api: KiwiApi, logger: Log): KiwiServiceServer {
  return {
    search: handleUnary(async (message, scope) => {
      const given = readCall(message, "search arguments");
      return { resultJson: toJsonBytes(await api.search(requests.search.parse(given), scope)) };
    }, logger),
    load: handleUnary(async (message, scope) => {
      const given = { ...readCall(message, "load arguments"), ...readQuestion(message) };
      return { resultJson: toJsonBytes(await api.load(requests.load.parse(given), scope)) };
    }, logger),
    execute: handleStream(async function* (message, scope) {
      for await (const event of api.execute(readExecute(message), scope)) yield toMessage(event);
    }, logger),
    discover: handleUnary(async ({ tenant, text, limit, ...item }, scope) => {
      const near =
        item.nearItemId === ""
          ? undefined
          : { item_type: item.nearItemType, item_id: item.nearItemId };
      const request = requests.discover.parse({ tenant, text, limit, ...(near && { near }) });
      return { resultJson: toJsonBytes(await api.discover(request, scope)) };
    }, logger),
    recallRun: handleUnary(async (message, scope) => {
      const run = await api.recallRun(requests.recallRun.parse(message), scope);
      return { resultJson: toJsonBytes(run) };
    }, logger),
    readArtifact: handleUnary(async (message, scope) => {
      const part = await api.readArtifact(requests.readArtifact.parse(message), scope);
      return { resultJson: toJsonBytes(part) };
    }, logger),
    listItems: handleStream(async function* ({ tenant }, scope) {
      const list = await api.listItems({ tenant }, scope);
      const { version, position } = list;
      const at = { epoch: position?.epoch ?? "", sequence: position?.sequence ?? 0 };
      for (const { items, broken } of itemPages(list)) {
        const itemsJson = toJsonBytes(items);
        yield { version, itemsJson, brokenJson: toJsonBytes(broken), ...at };
      }
    }, logger),
  };
}

function readExecute(message: ExecuteMessage): ExecuteRequest {
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

import type { Tls } from "@lilux/certificates";
import { abortError } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import {
  type ExecuteEvent,
  type ExecuteRequest,
  executeDeadlines,
  type ItemList,
  LiluxError,
  type ListItemsRequest,
  type LoadRequest,
  type Parser,
  type SearchRequest,
  wholeMs,
} from "@lilux/protocol";
import { CALL_DEADLINE_MS } from "./call-deadline.ts";
import type { SignClaim } from "./claims/claim-tokens.ts";
import { callUnary, type UnaryMethod } from "./client/call-unary.ts";
import { followOwner } from "./client/follow-owner.ts";
import { readStream } from "./client/read-stream.ts";
import { createRenewedClient } from "./client/renewed-client.ts";
import { clientSecurity } from "./client/tls-credentials.ts";
import {
  type ExecuteRequest as ExecuteMessage,
  type ExecuteResponse,
  KiwiServiceClient,
} from "./generated/lilux/kiwi/v1/kiwi.ts";
import type { KiwiCallOptions, KiwiClient } from "./kiwi-api.ts";
import { clientOptions } from "./wire/channel-options.ts";
import { addClaim } from "./wire/claim-metadata.ts";
import type { Unavailable } from "./wire/error-trailer.ts";
import { fromJsonBytes, toJsonBytes } from "./wire/json-bytes.ts";
import { onBehalfToMessage } from "./wire/on-behalf.ts";
import { results } from "./wire/parsers.ts";
import { traceMetadata } from "./wire/trace-metadata.ts";

export interface ConnectKiwiOptions {
  /** `host:port`, or any gRPC target such as `dns:///kiwi:7001`. */
  address: string;
  /** What the tool core wants with every call, if it does. */
  secret?: string | undefined;
  /** With it only the tool core is spoken to, and it learns who we are. */
  tls?: Tls | undefined;
  /** Says who a call is made for, where this process verifies credentials itself. */
  signClaim?: SignClaim | undefined;
  logger: Log;
  /** For search, load, discover and listItems, when a call sets none. */
  deadlineMs?: number;
  /** The longest a script may run there, from which an execute that sets no deadline has its own. */
  executeMsMax?: number | undefined;
  /** How often the name is asked for its addresses; 20 s unless told. */
  renewEveryMs?: number | undefined;
}

const UNAVAILABLE = "kiwi_unavailable";

/**
 * The tool core over gRPC. Returns at once; calls fail with `kiwi_unavailable` until it is up. Where several
 * share the tenants, each call goes to the one that serves its tenant.
 */
export async function connectKiwi(options: ConnectKiwiOptions): Promise<KiwiClient> {
  const connectTo = (address: string) => connectOne({ ...options, address });
  return followOwner(await connectOne(options), connectTo);
}

async function connectOne({
  address,
  secret,
  tls,
  signClaim,
  logger,
  deadlineMs = CALL_DEADLINE_MS,
  executeMsMax,
  renewEveryMs: everyMs,
}: ConnectKiwiOptions): Promise<KiwiClient> {
  const security = clientSecurity(tls, { peer: "kiwi", address, logger });
  const make = () => new KiwiServiceClient(address, security.credentials, clientOptions(secret));
  const connection = createRenewedClient({ make, peer: "kiwi", logger, everyMs });
  const unavailable = { code: UNAVAILABLE, trouble: security.trouble } as const;

  async function ask<Q, T>(
    methodOf: (client: KiwiServiceClient) => UnaryMethod<Q, { resultJson: Uint8Array }>,
    request: Q,
    { parser, options = {} }: { parser: Parser<T>; options: KiwiCallOptions | undefined },
  ): Promise<T> {
    await connection.settled();
    using held = connection.borrow();
    const method = methodOf(held.client).bind(held.client);
    const response = await callUnary(method, request, {
      deadlineMs: options.deadlineMs ?? deadlineMs,
      signal: options.signal,
      traceparent: options.traceparent,
      mandate: options.mandate,
      signClaim,
      unavailable,
    });
    return fromJsonBytes(response.resultJson, parser, "result");
  }

  return {
    search: (request, options) =>
      ask(({ search }) => search, toCallMessage(request), { parser: results.search, options }),
    load: (request, options) =>
      ask(({ load }) => load, toLoadMessage(request), { parser: results.load, options }),
    async *execute(request, options) {
      await connection.settled();
      using held = connection.borrow();
      yield* execute(held.client, request, {
        ...options,
        signClaim,
        unavailable,
        deadlineMs: options?.deadlineMs ?? executeDeadlines(executeMsMax).caller,
      });
    },
    discover({ tenant, text, limit, near }, options) {
      const item = { nearItemType: near?.item_type ?? "", nearItemId: near?.item_id ?? "" };
      const message = { tenant, text, limit, ...item };
      return ask((client) => client.discover, message, { parser: results.discover, options });
    },
    async listItems(request, options) {
      await connection.settled();
      using held = connection.borrow();
      return await listItems(held.client, request, {
        ...options,
        signClaim,
        unavailable,
        deadlineMs: options?.deadlineMs ?? deadlineMs,
      });
    },
    recallRun: (request, options) =>
      ask(({ recallRun }) => recallRun, request, { parser: results.execute, options }),
    registry: ({ order, ...asked }, options) => {
      const message = { ...asked, orderJson: toJsonBytes(order) };
      return ask((client) => client.registry, message, { parser: results.anything, options });
    },
    readArtifact: (request, options) =>
      ask(({ readArtifact }) => readArtifact, request, { parser: results.artifact, options }),
    secrets: (request, options) => {
      const message = { tenant: request.tenant, requestJson: toJsonBytes(request) };
      return ask((client) => client.secrets, message, { parser: results.secrets, options });
    },
    library({ tenant, ask: asked }, options) {
      const message = { tenant, askJson: toJsonBytes(asked) };
      return ask((client) => client.library, message, { parser: results.library, options });
    },
    connected: () => connection.connected(),
    close: async () => connection.close(),
  };
}

type StreamOptions = KiwiCallOptions & {
  deadlineMs: number;
  signClaim: SignClaim | undefined;
  unavailable: Unavailable;
};

async function* execute(
  client: KiwiServiceClient,
  request: ExecuteRequest,
  { deadlineMs, signal, traceparent, mandate, signClaim, unavailable }: StreamOptions,
): AsyncGenerator<ExecuteEvent> {
  if (signal?.aborted) throw abortError(signal);
  const claim = { mandate, signClaim, deadlineMs };
  const metadata = await addClaim(traceMetadata(traceparent), claim);
  const deadline = Date.now() + wholeMs(deadlineMs);
  const call = client.execute(toMessage(request), metadata, { deadline });
  let finished = false;
  for await (const message of readStream(call, { signal, unavailable })) {
    const event = readEvent(message);
    if (event === undefined) continue;
    finished ||= event.type === "result";
    yield event;
  }
  if (!finished) throw new LiluxError(UNAVAILABLE, { cause: new Error("no result was sent") });
}

async function listItems(
  client: KiwiServiceClient,
  request: ListItemsRequest,
  { deadlineMs, signal, traceparent, mandate, signClaim, unavailable }: StreamOptions,
): Promise<ItemList> {
  if (signal?.aborted) throw abortError(signal);
  const claim = { mandate, signClaim, deadlineMs };
  const metadata = await addClaim(traceMetadata(traceparent), claim);
  const deadline = Date.now() + wholeMs(deadlineMs);
  const call = client.listItems(request, metadata, { deadline });
  const list: ItemList = { version: "", items: [], broken: [] };
  for await (const page of readStream(call, { signal, unavailable })) {
    list.version = page.version;
    const { epoch, sequence } = page;
    if (epoch !== "") list.position = { epoch, sequence };
    list.items.push(...fromJsonBytes(page.itemsJson, results.items, "items"));
    list.broken.push(...fromJsonBytes(page.brokenJson, results.broken, "broken items"));
  }
  return list;
}

function toMessage(request: ExecuteRequest): ExecuteMessage {
  const { callId, confirmation } = request;
  return { ...toCallMessage(request), callId, confirmation };
}

function toLoadMessage(request: LoadRequest) {
  const { callId, confirmation } = request;
  return { ...toCallMessage(request), callId, confirmation };
}

function toCallMessage(request: SearchRequest | LoadRequest | ExecuteRequest) {
  const { tenant } = request;
  const argumentsJson = toJsonBytes(request.arguments);
  return { tenant, argumentsJson, ...onBehalfToMessage(request) };
}

/** Undefined for an event of a newer server, which an older client passes over. */
function readEvent({ event }: ExecuteResponse): ExecuteEvent | undefined {
  switch (event?.$case) {
    case "progress":
      return { type: "progress", text: event.value };
    case "resultJson":
      return { type: "result", result: fromJsonBytes(event.value, results.execute, "result") };
    case undefined:
      return undefined;
  }
}

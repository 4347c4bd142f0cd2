import { isDeeperThan, JSON_DEPTH_MAX, readJson } from "@lilux/core/json";
import { type McpEndpoint, PARSE_FAILED, rpcError } from "@lilux/mcp";
import { type ErrorBody, isErrorCode, LiluxError } from "@lilux/protocol";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { Authenticate } from "../access/authenticate.ts";
import { assertMay, directMandate } from "../access/caller.ts";
import type { CallersInside } from "../access/callers-inside.ts";
import { isSameOrigin } from "../access/loopback.ts";
import type { Refusals } from "../admit/refusals.ts";
import type { Tenants } from "../admit/tenants.ts";
import { admitRequest } from "./admit-requests.ts";
import { type App, asLiluxError, tellWhenToRetry, whereIn } from "./create-app.ts";
import type { FloodGate } from "./flood-gate.ts";
import { recognise } from "./recognise.ts";
import { disconnectSignal } from "./request-context.ts";
import { stayInside } from "./stay-inside.ts";

export interface McpRouteDeps {
  mcp: McpEndpoint;
  authenticate: Authenticate;
  tenants: Tenants;
  flood: Pick<FloodGate, "note">;
  refusals: Refusals;
  inside: Pick<CallersInside, "enter">;
}

/**
 * `/mcp`, by its own rules: the body is read here so that what is not JSON gets
 * JSON-RPC's answer, and a page of another origin is refused with or without
 * keys, since no page is meant to call this door.
 */
export function addMcpRoute(scope: App, deps: McpRouteDeps): void {
  const { mcp, authenticate, refusals, inside } = deps;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  scope.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = asLiluxError(thrown);
    refusals.note(error, { door: "mcp", ...whereIn(request) });
    tellWhenToRetry(reply, error);
    return reply.send(rpcError(error));
  });
  scope.addHook("onRequest", async (request, reply) => {
    refuseForeignOrigin(request);
    recognise(request, await authenticate({ headers: request.headers, ticket: undefined }));
    // What a tool does beyond that is looked at where it is done, with whose mandate comes along.
    assertMay(request.caller, "read");
    admitRequest(request, reply, deps);
    stayInside(request, reply, inside);
  });
  scope.route({
    method: ["GET", "POST", "DELETE"],
    url: "/mcp",
    exposeHeadRoute: false,
    schema: { hide: true },
    handler: async (request, reply) => {
      const response = await answer(mcp, request, reply);
      if (!response.ok) {
        refusals.note(await refusalIn(response), { door: "mcp", ...whereIn(request) });
      }
      return reply.send(response);
    },
  });
}

/** Ours tell their code; the protocol library's own are about the message. */
async function refusalIn(response: Response): Promise<LiluxError> {
  try {
    const told = readJson(await response.clone().text(), "answer") as RpcFailure | null;
    const data = told?.error?.data;
    if (data !== undefined && isErrorCode(data.code)) return LiluxError.fromBody(data);
    return new LiluxError("invalid_request", { message: told?.error?.message ?? "" });
  } catch {
    return new LiluxError("invalid_request");
  }
}

interface RpcFailure {
  error?: { message?: string; data?: ErrorBody };
}

async function answer(
  mcp: McpEndpoint,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Response> {
  let body: unknown;
  try {
    // The end of a session comes with a content type and without a body.
    const sent = request.method === "POST" ? request.body : undefined;
    body = typeof sent === "string" ? readJson(sent, "message") : undefined;
  } catch (thrown) {
    if (thrown instanceof LiluxError) return rpcError(thrown);
    const message = "The body is not JSON. Send one JSON-RPC message.";
    return rpcError(new LiluxError("invalid_request", { message }), PARSE_FAILED);
  }
  if (isDeeperThan(body, JSON_DEPTH_MAX)) {
    const message = `The body nests deeper than ${JSON_DEPTH_MAX} levels. Send something flatter.`;
    return rpcError(new LiluxError("invalid_request", { message }));
  }
  const response = await mcp.handle({
    mandate: directMandate(request.caller),
    request: webRequestOf(request, disconnectSignal(reply)),
    body,
  });
  // Progress must reach the client while it is progress.
  response.headers.set("x-accel-buffering", "no");
  response.headers.set("cache-control", "no-store");
  return response;
}

/** The head of the request as the protocol library takes it; the body is handed over parsed. */
function webRequestOf(
  { method, url, headers, host, body }: FastifyRequest,
  signal: AbortSignal,
): Request {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) copied.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const address = new URL(url, URL.canParse(`http://${host}`) ? `http://${host}` : "http://lilux");
  const init: RequestInit = { method, headers: copied, signal };
  if (typeof body === "string" && method === "POST") init.body = body;
  return new Request(address, init);
}

function refuseForeignOrigin(request: FastifyRequest): void {
  const origin = headerOf(request, "origin");
  if (origin === undefined || isSameOrigin(origin, headerOf(request, "host") ?? "")) return;
  const message = "Pages of other origins may not use this server.";
  throw new LiluxError("forbidden", { message });
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

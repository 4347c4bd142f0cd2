import { LiluxError } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import { createFrameWriter } from "../socket/frame-writer.ts";
import { type ServeSocketDeps, serveSocket } from "../socket/serve-socket.ts";
import type { App } from "./create-app.ts";

const SUBPROTOCOL = "lilux.v1";

/** `GET /v1/session`, upgraded. Who asks was settled before the upgrade. */
export function addSessionRoute(app: App, deps: ServeSocketDeps): void {
  const config = { verb: "predict" } as const;
  const options = { websocket: true, preValidation: checkProtocol, config } as const;
  app.get("/v1/session", options, (socket, request) => {
    letGoOfRequest(socket, request, deps);
    const refusal = refusalOf(request, deps);
    if (refusal !== undefined) {
      const { metrics, refusals, limits } = deps;
      const tenant = request.tenant === "" ? undefined : request.tenant;
      const { bufferedBytesMax } = limits;
      createFrameWriter(socket, { metrics, refusals, tenant, bufferedBytesMax }).fail(refusal);
      return;
    }
    const header = request.headers["traceparent"];
    const traceparent = typeof header === "string" ? header : undefined;
    // There was room a moment ago; if not any more, the library ends the socket.
    socket.once("close", deps.tenants.of(request.tenant).socket());
    serveSocket({ socket, caller: request.caller, traceparent }, deps);
  });
}

/**
 * The upgrade is done: without this its request, its answer and all that Fastify made for them
 * would live as long as the socket does, by its listeners and as the answer being written on it.
 */
function letGoOfRequest(
  socket: WebSocket,
  request: FastifyRequest,
  { logger }: Pick<ServeSocketDeps, "logger">,
): void {
  request.letGoOfAnswer?.();
  socket.removeAllListeners("error");
  socket.on("error", (error) => endFailedSocket(socket, error, logger));
}

/** For oversize frames and invalid UTF-8 the close with its code is on its way already. */
export function endFailedSocket(socket: WebSocket, err: Error, logger: Logger): void {
  logger.debug({ err }, "socket failed");
  if (socket.readyState === socket.OPEN) socket.terminate();
}

/** A client that asks for other protocols only cannot be answered over the socket. */
async function checkProtocol(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { raw } = reply;
  request.letGoOfAnswer = () => raw.detachSocket(request.raw.socket);
  if (!request.ws) throw new LiluxError("unsupported_protocol", { message: UPGRADE });
  const offered = protocolsOf(request);
  if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) {
    throw new LiluxError("unsupported_protocol");
  }
}

const UPGRADE = "This address is a WebSocket: connect with ws:// and the subprotocol lilux.v1.";

/** What a browser can only learn from a frame: it does not see why an upgrade was refused. */
function refusalOf(request: FastifyRequest, deps: ServeSocketDeps): LiluxError | undefined {
  if (request.refusal !== undefined) return request.refusal;
  if (protocolsOf(request).length === 0) return new LiluxError("unsupported_protocol");
  return deps.isDraining() ? new LiluxError("shutting_down") : undefined;
}

function protocolsOf(request: FastifyRequest): string[] {
  const header = request.headers["sec-websocket-protocol"] ?? "";
  return header
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

declare module "fastify" {
  interface FastifyRequest {
    /** Why this connection is refused, told over the socket. */
    refusal: LiluxError | undefined;
    /** Of an upgrade: takes its socket from the answer that is not written. */
    letGoOfAnswer: (() => void) | undefined;
  }
}

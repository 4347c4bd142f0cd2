import { LiluxError } from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { createFrameWriter } from "../socket/frame-writer.ts";
import { type ServeSocketDeps, serveSocket } from "../socket/serve-socket.ts";
import type { App } from "./create-app.ts";

const SUBPROTOCOL = "lilux.v1";

/** `GET /v1/session`, upgraded. Who asks was settled before the upgrade. */
export function addSessionRoute(app: App, deps: ServeSocketDeps): void {
  app.get("/v1/session", { websocket: true, preValidation: checkProtocol }, (socket, request) => {
    const refusal = refusalOf(request, deps);
    if (refusal !== undefined) {
      const { metrics, limits } = deps;
      createFrameWriter(socket, { metrics, bufferedBytesMax: limits.bufferedBytesMax }).fail(
        refusal,
      );
      return;
    }
    const header = request.headers["traceparent"];
    const traceparent = typeof header === "string" ? header : undefined;
    // There was room a moment ago; if not any more, the library ends the socket.
    socket.once("close", deps.tenants.of(request.tenant).socket());
    serveSocket({ socket, tenant: request.tenant, person: request.person, traceparent }, deps);
  });
}

/** A client that asks for other protocols only cannot be answered over the socket. */
async function checkProtocol(request: FastifyRequest): Promise<void> {
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
  }
}

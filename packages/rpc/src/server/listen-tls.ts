import { createServer, type TLSSocket } from "node:tls";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { describeTlsFailure, identityOf, type Tls } from "@lilux/certificates";
import type { Log } from "@lilux/core/telemetry";

/** A client that says nothing holds a connection no longer than this. */
const HANDSHAKE_MS = 5_000;

export interface TlsListener {
  port: number;
  /** Takes no new connections; those that are stay gRPC's. */
  close(): void;
}

export interface ListenTlsOptions {
  host: string;
  port: number;
  tls: Tls;
  logger: Log;
}

/**
 * Takes connections whose other side shows a certificate of our authority, and hands them to gRPC.
 * The handshake is made here, not in gRPC, which tells nobody of those that fail: each is a line of
 * the log. Certificates are those of the moment at which a connection comes in.
 */
export async function listenTls(
  server: Server,
  { host, port, tls, logger }: ListenTlsOptions,
): Promise<TlsListener> {
  const grpc = server.createConnectionInjector(ServerCredentials.createInsecure());
  let used = tls.current();
  const listener = createServer({
    ...contextOf(used),
    requestCert: true,
    // Refused below, where the reason is known: Node would end the connection without a word.
    rejectUnauthorized: false,
    ALPNProtocols: ["h2"],
    handshakeTimeout: HANDSHAKE_MS,
  });
  listener.prependListener("connection", () => {
    const now = tls.current();
    if (now !== used) listener.setSecureContext(contextOf(now));
    used = now;
  });
  listener.on("secureConnection", (socket: TLSSocket) => {
    // What becomes of it is gRPC's to say.
    socket.on("error", () => undefined);
    if (!socket.authorized) {
      refuse(socket, new Error(String(socket.authorizationError)));
      socket.destroy();
      return;
    }
    const caller = identityOf(socket.getPeerX509Certificate()?.subjectAltName);
    logger.debug({ caller, address: socket.remoteAddress }, "gRPC connection taken");
    grpc.injectConnection(socket);
  });
  listener.on("tlsClientError", (error, socket) => refuse(socket, error));
  function refuse({ remoteAddress: address }: TLSSocket, error: Error): void {
    logger.warn(
      { why: describeTlsFailure(error) ?? error.message, address },
      "gRPC connection refused",
    );
  }
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  listener.once("error", reject);
  listener.listen(port, host, () => {
    const bound = listener.address();
    resolve(typeof bound === "object" && bound !== null ? bound.port : port);
  });
  return { port: await promise, close: () => void listener.close() };
}

function contextOf({ authority, certificate, key }: ReturnType<Tls["current"]>) {
  return { ca: authority, cert: certificate, key, minVersion: "TLSv1.3" } as const;
}

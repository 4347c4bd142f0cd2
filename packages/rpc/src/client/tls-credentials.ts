import { isIP, type Socket } from "node:net";
import { connect, createSecureContext, type TLSSocket } from "node:tls";
import { ChannelCredentials, credentials } from "@grpc/grpc-js";
import { checkPeer, describeTlsFailure, type PartyName, type Tls } from "@lilux/certificates";
import type { Log } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";

/** How a client's connections are secured, and what became of the last try. */
export interface ClientSecurity {
  credentials: ChannelCredentials;
  /** Why the other side is not trusted, or does not trust us; undefined while nothing is wrong with that. */
  trouble(): LiluxError | undefined;
}

/** Connections are tried again twice a second: what was wrong longer ago was put right. */
const LASTS_MS = 5_000;
/** A server that sends no tickets is believed after so long. */
const TICKET_MS = 1_000;
const TOLD_AGAIN_MS = 60_000;

type Connector = ReturnType<ChannelCredentials["_createSecureConnector"]>;

/** Without certificates whoever answers is believed. */
export function clientSecurity(
  tls: Tls | undefined,
  { peer, address, logger }: { peer: PartyName; address: string; logger: Log },
): ClientSecurity {
  if (tls === undefined) {
    return { credentials: credentials.createInsecure(), trouble: () => undefined };
  }
  let last: { error: LiluxError; seenAt: number } | undefined;
  const toldAt = new Map<string, number>();
  const onFailure: OnFailure = (cause) => {
    const why = describeTlsFailure(cause);
    if (why === undefined) return;
    const now = performance.now();
    const error = new Error(`the ${peer} cannot be spoken to: ${why}`, { cause });
    last = { error: new LiluxError("peer_unauthenticated", { cause: error }), seenAt: now };
    if (now - (toldAt.get(why) ?? Number.NEGATIVE_INFINITY) < TOLD_AGAIN_MS) return;
    toldAt.set(why, now);
    logger.error({ peer, why }, "gRPC connection refused");
  };
  return {
    credentials: new FollowingCredentials((socket) =>
      secure(socket, { tls, peer, host: hostOf(address), onFailure }),
    ),
    trouble() {
      const isOfNow = last !== undefined && performance.now() - last.seenAt < LASTS_MS;
      return isOfNow ? last?.error : undefined;
    },
  };
}

type OnFailure = (error: unknown) => void;

/** For every connection the certificates of the moment, which gRPC's own credentials do not follow. */
class FollowingCredentials extends ChannelCredentials {
  readonly #secure: (socket: Socket) => Promise<TLSSocket>;

  constructor(secured: (socket: Socket) => Promise<TLSSocket>) {
    super();
    this.#secure = secured;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(
    ...given: Parameters<ChannelCredentials["_createSecureConnector"]>
  ): Connector {
    const plain = credentials.createInsecure()._createSecureConnector(...given);
    return {
      connect: async (socket) => ({ socket: await this.#secure(socket), secure: true }),
      waitForReady: async () => undefined,
      getCallCredentials: () => plain.getCallCredentials(),
      destroy: () => undefined,
    };
  }
}

interface Securing {
  tls: Tls;
  peer: PartyName;
  host: string;
  onFailure: OnFailure;
}

async function secure(
  socket: Socket,
  { tls, peer, host, onFailure }: Securing,
): Promise<TLSSocket> {
  const { authority: ca, certificate: cert, key } = tls.current();
  const check = checkPeer(peer, { strictly: true });
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const secured = connect({
    socket,
    secureContext: createSecureContext({ ca, cert, key, minVersion: "TLSv1.3" }),
    // An address is no name to ask for; it is checked all the same.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    checkServerIdentity: (_name, certificate) => check(host, certificate),
    ALPNProtocols: ["h2"],
  });
  // In TLS 1.3 our side is done before the other has looked at our certificate: it says so by the
  // ticket that it sends next, or by an alert, which gRPC would not hand on.
  let timer: NodeJS.Timeout | undefined;
  secured.once("session", () => resolve(secured));
  secured.once("secureConnect", () => {
    timer = setTimeout(() => resolve(secured), TICKET_MS);
  });
  const fail = (error: Error): void => {
    onFailure(error);
    reject(error);
  };
  let isTaken = false;
  secured.on("error", fail);
  secured.once("close", () => {
    if (!isTaken) fail(endedAtOnce());
  });
  try {
    const taken = await promise;
    isTaken = true;
    return taken;
  } finally {
    clearTimeout(timer);
  }
}

function endedAtOnce(): Error {
  const error: NodeJS.ErrnoException = new Error("the connection ended in its handshake");
  error.code = "ENDED_IN_HANDSHAKE";
  return error;
}

/** Of `host:port`, with or without what gRPC takes before it. */
function hostOf(address: string): string {
  const [first = ""] = address.replace(/^[a-z\d]+:(\/\/[^/]*\/)?(?!\d+$)/i, "").split(",");
  return first.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

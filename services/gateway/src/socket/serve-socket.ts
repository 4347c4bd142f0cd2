import { loggedError, parseTraceparent, type TraceContext } from "@lilux/core/telemetry";
import { type Hello, LiluxError } from "@lilux/protocol";
import type { WebSocket } from "ws";
import type { Caller } from "../access/caller.ts";
import type { CallersInside } from "../access/callers-inside.ts";
import { rateLimited } from "../admit/rate-limited.ts";
import type { Refusals } from "../admit/refusals.ts";
import { createTokenBucket } from "../admit/token-bucket.ts";
import type { Approvals } from "../approvals/approvals.ts";
import type { TenantRecords } from "../records/tenant-records.ts";
import type { Session } from "../session/session.ts";
import { createFrameWriter, type FrameWriter } from "./frame-writer.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { type OpenSessionDeps, openSession } from "./open-session.ts";
import { readFrame } from "./read-frame.ts";
import { createRefusedFrames } from "./refused-frames.ts";
import {
  createSessionFrames,
  type FrameAfterHello,
  type SessionFrames,
  type SessionFramesDeps,
} from "./session-frames.ts";
import { type ShownApprovals, showApprovals } from "./show-approvals.ts";

const EARLY_FRAMES_MAX = 64;

export interface ServeSocketDeps extends OpenSessionDeps, SessionFramesDeps {
  connections: Set<FrameWriter>;
  refusals: Refusals;
  inside: Pick<CallersInside, "enter">;
  approvals: Approvals | undefined;
  records: TenantRecords | undefined;
}

export interface SocketOptions {
  socket: WebSocket;
  caller: Caller;
  /** From the upgrade request. */
  traceparent: string | undefined;
}

/**
 * Serves one socket from its first frame to its close. Everything that can
 * throw is caught here: the socket library has nowhere to send it.
 */
export function serveSocket(options: SocketOptions, deps: ServeSocketDeps): void {
  const { socket } = options;
  const { tenant } = options.caller;
  let { caller } = options;
  const { limits, metrics, refusals } = deps;
  const { bufferedBytesMax } = limits;
  const writer = createFrameWriter(socket, { metrics, refusals, tenant, bufferedBytesMax });
  const { framesPerSecondMax } = limits.session;
  const bucket = createTokenBucket(framesPerSecondMax, 2 * framesPerSecondMax);
  const account = deps.tenants.of(tenant);
  const refused = createRefusedFrames(socket, writer);
  const early: { frame: FrameAfterHello; receivedAt: number }[] = [];
  let state: "new" | "opening" | "open" | "closed" = "new";
  let attached: Session | undefined;
  let open: SessionFrames | undefined;
  let shown: ShownApprovals | undefined;
  let untold: (() => void) | undefined;
  let trace: TraceContext | undefined = parseTraceparent(options.traceparent);

  const helloTimer = setTimeout(
    () => writer.fail(new LiluxError("hello_timeout")),
    limits.helloWithinMs,
  );
  const stopHeartbeat = startHeartbeat(socket, limits.heartbeatMs);
  deps.connections.add(writer);
  const leave = deps.inside.enter({
    caller,
    update(now) {
      caller = now;
      if (attached?.connection === connection) attached.caller = now;
      shown?.look();
    },
    turnOut: (error) => writer.fail(error),
  });
  metrics.socketsOpen.inc();

  const connection = {
    send: writer.send,
    tickMs: writer.tickMs,
    heldMs: writer.heldMs,
    replace() {
      open?.close();
      shown?.close();
      untold?.();
      writer.fail(new LiluxError("session_replaced"));
    },
  };

  // As the library hands it over unless told otherwise: in one piece.
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const receivedAt = performance.now();
    try {
      const bytes = data.length;
      const { frameBytesMax: bytesMax } = limits.session;
      if (!writer.isOpen()) return;
      if (isBinary) writer.fail(new LiluxError("binary_frame"));
      else if (bytes > bytesMax) {
        writer.fail(new LiluxError("frame_too_large", { details: { bytes, bytesMax } }));
      } else take(data, receivedAt);
    } catch (thrown) {
      report(thrown, undefined);
    }
  });
  socket.on("close", onClose);

  function take(data: Buffer, receivedAt: number): void {
    // Before it is read: whoever sends too much costs what it takes to count it.
    const usedUp = account.frame(data.length);
    if (usedUp !== undefined) {
      refused.take(data, { usedUp, receivedAt });
      return;
    }
    const read = readFrame(String(data));
    if (!read.ok) {
      if (bucket.take(receivedAt)) writer.fail(read.error, read.turnId);
      return;
    }
    const { frame } = read;
    const isWithinRate = bucket.take(receivedAt);
    if (!isWithinRate && frame.type !== "keystroke") {
      const turnId = "turnId" in frame ? frame.turnId : undefined;
      writer.fail(rateLimited("frames", bucket.waitMs(receivedAt)), turnId);
      return;
    }
    if (frame.type === "hello") onHello(frame);
    else if (state === "new") throw new LiluxError("hello_required");
    else if (state === "opening") keepEarly(frame, receivedAt);
    else open?.take(frame, { receivedAt, isWithinRate });
  }

  function onHello(hello: Hello): void {
    if (state !== "new") throw new LiluxError("hello_repeated");
    state = "opening";
    clearTimeout(helloTimer);
    trace ??= parseTraceparent(hello.traceparent);
    const onAttached = (session: Session): void => {
      attached = session;
    };
    openSession({ caller, hello, writer, connection, onAttached }, deps).then(
      onOpen,
      (thrown: unknown) => {
        report(thrown, undefined);
        writer.close(LiluxError.from(thrown).code);
      },
    );
  }

  function onOpen(session: Session | undefined): void {
    if (session === undefined || session.connection !== connection || state === "closed") return;
    session.trace = trace;
    open = createSessionFrames(session, report, deps);
    state = "open";
    shown = showApprovals({ approvals: deps.approvals, caller: () => caller, send: writer.send });
    untold = deps.records?.notices.enter({ caller: () => caller, send: writer.send });
    for (const { frame, receivedAt } of early.splice(0)) {
      open.take(frame, { receivedAt, isWithinRate: true });
    }
  }

  function keepEarly(frame: FrameAfterHello, receivedAt: number): void {
    if (early.length >= EARLY_FRAMES_MAX) throw new LiluxError("rate_limited");
    early.push({ frame, receivedAt });
  }

  function report(thrown: unknown, turnId: string | undefined): void {
    const fields = { tenant, turnId };
    const error = loggedError(thrown, { logger: deps.logger, message: "frame failed", fields });
    writer.fail(error, turnId);
  }

  function onClose(): void {
    state = "closed";
    clearTimeout(helloTimer);
    refused.close();
    stopHeartbeat();
    deps.connections.delete(writer);
    leave();
    metrics.socketsOpen.dec();
    open?.close();
    shown?.close();
    untold?.();
    if (attached?.connection === connection) deps.sessions.detach(attached);
  }
}

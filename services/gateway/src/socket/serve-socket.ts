import { createTokenBucket, parseTraceparent, type TraceContext } from "@lilux/core";
import { type ClientFrame, ERRORS, type Hello, type Keystroke, LiluxError } from "@lilux/protocol";
import type { RawData, WebSocket } from "ws";
import { createKeystrokes, type Keystrokes, type KeystrokesDeps } from "../predict/keystrokes.ts";
import { createSpeculator, type SpeculatorDeps } from "../predict/speculator.ts";
import type { Session } from "../session/session.ts";
import { createFrameWriter, type FrameWriter } from "./frame-writer.ts";
import { type HandleFrameDeps, handleFrame } from "./handle-frame.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { createHeldKeystroke } from "./held-keystroke.ts";
import { type OpenSessionDeps, openSession } from "./open-session.ts";
import { readFrame } from "./read-frame.ts";

const EARLY_FRAMES_MAX = 64;

export interface ServeSocketDeps
  extends OpenSessionDeps,
    HandleFrameDeps,
    Omit<KeystrokesDeps, "speculator">,
    SpeculatorDeps {
  connections: Set<FrameWriter>;
}

export interface SocketOptions {
  socket: WebSocket;
  tenant: string;
  /** From the upgrade request. */
  traceparent: string | undefined;
}

/**
 * Serves one socket from its first frame to its close. Everything that can
 * throw is caught here: the socket library has nowhere to send it.
 */
export function serveSocket(options: SocketOptions, deps: ServeSocketDeps): void {
  const { socket, tenant } = options;
  const { limits, metrics } = deps;
  const writer = createFrameWriter(socket, { metrics, bufferedBytesMax: limits.bufferedBytesMax });
  const { framesPerSecondMax } = limits.session;
  const bucket = createTokenBucket(framesPerSecondMax, 2 * framesPerSecondMax);
  const held = createHeldKeystroke(1_000 / framesPerSecondMax, takeKeystroke, () => {
    metrics.keystrokesAccepted.inc();
    metrics.keystrokesSuperseded.inc();
  });
  const early: { frame: ClientFrame; receivedAt: number }[] = [];
  let state: "new" | "opening" | "open" | "closed" = "new";
  let attached: Session | undefined;
  let open: { session: Session; keystrokes: Keystrokes } | undefined;
  let lastSeq = -1;
  let trace: TraceContext | undefined = parseTraceparent(options.traceparent);

  const helloTimer = setTimeout(
    () => writer.fail(new LiluxError("hello_timeout")),
    limits.helloWithinMs,
  );
  const stopHeartbeat = startHeartbeat(socket, limits.heartbeatMs);
  deps.connections.add(writer);
  metrics.socketsOpen.inc();

  const connection = {
    send: writer.send,
    replace() {
      open?.keystrokes.clear();
      writer.fail(new LiluxError("session_replaced"));
    },
  };

  socket.on("message", (data: RawData, isBinary: boolean) => {
    const receivedAt = performance.now();
    try {
      const text = String(data);
      if (isBinary) writer.fail(new LiluxError("binary_frame"));
      else if (Buffer.byteLength(text) > limits.session.frameBytesMax) {
        writer.fail(new LiluxError("frame_too_large"));
      } else take(text, receivedAt);
    } catch (thrown) {
      report(thrown, undefined);
    }
  });
  socket.on("close", onClose);

  function take(text: string, receivedAt: number): void {
    if (!writer.isOpen()) return;
    const read = readFrame(text);
    if (!read.ok) {
      if (bucket.take(receivedAt)) writer.fail(read.error, read.turnId);
      return;
    }
    const { frame } = read;
    const isWithinRate = bucket.take(receivedAt);
    if (!isWithinRate && frame.type !== "keystroke") {
      writer.fail(new LiluxError("rate_limited"), "turnId" in frame ? frame.turnId : undefined);
      return;
    }
    if (frame.type === "hello") onHello(frame);
    else if (state === "new") throw new LiluxError("hello_required");
    else if (state === "opening") keepEarly(frame, receivedAt);
    else onFrame(frame, { receivedAt, isWithinRate });
  }

  function onHello(hello: Hello): void {
    if (state !== "new") throw new LiluxError("hello_repeated");
    state = "opening";
    clearTimeout(helloTimer);
    trace ??= parseTraceparent(hello.traceparent);
    const onAttached = (session: Session): void => {
      attached = session;
    };
    openSession({ tenant, hello, writer, connection, onAttached }, deps).then(
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
    const speculator = createSpeculator(session, deps);
    open = { session, keystrokes: createKeystrokes(session, { ...deps, speculator }) };
    state = "open";
    for (const { frame, receivedAt } of early.splice(0)) {
      try {
        onFrame(frame, { receivedAt, isWithinRate: true });
      } catch (thrown) {
        report(thrown, undefined);
      }
    }
  }

  function keepEarly(frame: ClientFrame, receivedAt: number): void {
    if (early.length >= EARLY_FRAMES_MAX) throw new LiluxError("rate_limited");
    early.push({ frame, receivedAt });
  }

  function onFrame(
    frame: ClientFrame,
    { receivedAt, isWithinRate }: { receivedAt: number; isWithinRate: boolean },
  ): void {
    if (open === undefined || frame.type === "hello") return;
    if (frame.type === "keystroke") {
      if (frame.seq <= lastSeq) throw regressed(frame.seq, lastSeq);
      lastSeq = frame.seq;
      held.offer(frame, { receivedAt, isWithinRate });
      return;
    }
    held.clear();
    handleFrame(frame, { ...open, receivedAt }, deps).catch((thrown: unknown) =>
      report(thrown, frame.turnId),
    );
  }

  function takeKeystroke(keystroke: Keystroke, receivedAt: number): void {
    open?.keystrokes.take(keystroke, receivedAt);
  }

  function report(thrown: unknown, turnId: string | undefined): void {
    const error = LiluxError.from(thrown);
    if (error.code === "internal") deps.logger.error({ err: error.cause, tenant }, "frame failed");
    else if (ERRORS[error.code].category === "dependency") {
      deps.logger.warn({ err: error, cause: error.cause, tenant, turnId }, "frame refused");
    }
    writer.fail(error, turnId);
  }

  function onClose(): void {
    state = "closed";
    clearTimeout(helloTimer);
    stopHeartbeat();
    held.clear();
    deps.connections.delete(writer);
    metrics.socketsOpen.dec();
    open?.keystrokes.clear();
    if (attached?.connection === connection) deps.sessions.detach(attached);
  }
}

function regressed(seq: number, lastSeq: number): LiluxError {
  return new LiluxError("sequence_regressed", {
    message: `keystroke: seq ${seq} does not rise; the last was ${lastSeq}. Send a larger seq.`,
    details: { field: "seq", seq, lastSeq },
  });
}

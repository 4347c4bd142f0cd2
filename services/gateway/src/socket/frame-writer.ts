import {
  createFramePacer,
  type FramePacer,
  type FramePacerOptions,
  platformTimer,
} from "@lilux/core/async";
import {
  ERRORS,
  type ErrorCode,
  LiluxError,
  padFrame,
  type ServerFrame,
  type Tenant,
} from "@lilux/protocol";
import type { WebSocket } from "ws";
import type { Refusals } from "../admit/refusals.ts";
import type { GatewayMetrics } from "../metrics.ts";

const CLOSE_GRACE_MS = 1_000;
const OPEN = 1;
/** For errors that end no connection by themselves, where this one cannot go on all the same. */
const TRY_AGAIN_LATER = 1013;

/** Writes frames to one socket, and gives up on a reader that does not keep up. */
export interface FrameWriter {
  /** `json` is the frame's text, where somebody has it already. */
  send(frame: ServerFrame, json?: string): void;
  /**
   * Tells an error. One of a turn is that turn's alone; any other closes the
   * socket where its table entry says so.
   */
  fail(error: LiluxError, turnId?: string): void;
  /** Closes as the table says for this error, without a frame before it. */
  close(code: ErrorCode): void;
  isOpen(): boolean;
  bufferedBytes(): number;
  /** From now on frames have sizes of a few classes and leave on ticks. */
  pad(padding: { tickMs: number }): void;
  /** The longest and the present wait of a frame for its tick; 0 where there are none. */
  tickMs(): number;
  heldMs(): number;
}

export interface FrameWriterDeps {
  metrics: GatewayMetrics;
  refusals: Refusals;
  /** Whose socket it is, once that is known. */
  tenant: Tenant | undefined;
  bufferedBytesMax: number;
  /** For ticks; the platform's own unless told. */
  clock?: Pick<FramePacerOptions, "now" | "after">;
}

export function createFrameWriter(socket: WebSocket, deps: FrameWriterDeps): FrameWriter {
  const { metrics, refusals, tenant, bufferedBytesMax } = deps;
  const where = { door: "socket", ...(tenant === undefined ? {} : { tenant }) } as const;
  let isClosing = false;
  let pacer: FramePacer | undefined;
  let padding: { tickMs: number } | undefined;

  function close(code: ErrorCode): void {
    if (isClosing) return;
    isClosing = true;
    metrics.closes.inc({ code });
    const shut = (): void => socket.close(ERRORS[code].close ?? TRY_AGAIN_LATER, code);
    if (pacer === undefined) shut();
    else pacer.end(shut);
    // A peer that does not answer the close, or never reads it, is cut off.
    const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
    socket.once("close", () => clearTimeout(timer));
  }

  const bufferedBytes = (): number => socket.bufferedAmount + (pacer?.waitingLength() ?? 0);

  function send(frame: ServerFrame, json = JSON.stringify(frame)): void {
    if (isClosing || socket.readyState !== OPEN) return;
    if (pacer === undefined) socket.send(json);
    else pacer.push(padFrame(json), frame.type === "prediction" ? "prediction" : undefined);
    if (bufferedBytes() > bufferedBytesMax) {
      refusals.note(new LiluxError("slow_reader"), where);
      close("slow_reader");
    }
  }

  return {
    send,
    fail(error, turnId) {
      const ofTurn = turnId === undefined ? {} : { turnId };
      refusals.note(error, { ...where, ...ofTurn });
      send({ type: "error", ...error.toBody(), ...ofTurn });
      if (turnId === undefined && ERRORS[error.code].close !== null) close(error.code);
    },
    close,
    isOpen: () => !isClosing && socket.readyState === OPEN,
    bufferedBytes,
    pad(wanted) {
      padding = wanted;
      const { tickMs } = wanted;
      const { now, after } = deps.clock ?? { now: () => performance.now(), after: platformTimer };
      pacer = createFramePacer({ tickMs, now, after, send: (text) => socket.send(text) });
      socket.once("close", () => pacer?.stop());
    },
    tickMs: () => padding?.tickMs ?? 0,
    heldMs: () => pacer?.waitMs() ?? 0,
  };
}

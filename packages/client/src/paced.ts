import { createFramePacer, type FramePacer, platformTimer } from "@lilux/core/async";
import { padFrame } from "@lilux/protocol";
import type { Connection } from "./connection.ts";

/** A connection whose frames can be made to leave padded and on a tick. */
export interface PacedConnection extends Connection {
  /** `named`: what still waits under that name is not sent. */
  send(text: string, named?: string): boolean;
  pace(tickMs: number, bytesMax: number): void;
  unpaced(): void;
  /** Takes back what waits under that name. */
  drop(name: string): void;
}

/** Whoever sends is told that it went where a socket is open: what waits then leaves within a tick. */
export function paced(connection: Connection): PacedConnection {
  let pacer: FramePacer | undefined;
  let bytesMax = Number.POSITIVE_INFINITY;
  const unpaced = (): void => {
    pacer?.stop();
    pacer = undefined;
  };
  return {
    ...connection,
    send(text, named) {
      if (pacer === undefined) return connection.send(text);
      if (!connection.isOpen()) return false;
      pacer.push(padFrame(text, bytesMax), named);
      return true;
    },
    pace(tickMs, most) {
      unpaced();
      bytesMax = most;
      const send = (text: string): void => void connection.send(text);
      const now = (): number => performance.now();
      pacer = createFramePacer({ tickMs, send, now, after: platformTimer });
    },
    unpaced,
    drop: (name) => pacer?.drop(name),
    close(error) {
      unpaced();
      connection.close(error);
    },
  };
}

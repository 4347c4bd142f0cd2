import type { WebSocket } from "ws";

/** Pings, and cuts off a peer that did not answer the last ping. Returns how to stop. */
export function startHeartbeat(socket: WebSocket, everyMs: number): () => void {
  let isAlive = true;
  socket.on("pong", () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

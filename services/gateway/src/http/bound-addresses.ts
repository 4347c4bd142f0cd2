import type { Server } from "node:http";

/**
 * Ends connections of an address that has too many, whoever they are: before a
 * request is read there is no tenant, and a socket that says nothing costs one all the same.
 */
export function boundAddresses(
  server: Pick<Server, "on">,
  socketsMax: number,
  onRefused: () => void,
): void {
  const open = new Map<string, number>();
  server.on("connection", (socket) => {
    const { remoteAddress = "" } = socket;
    const count = (open.get(remoteAddress) ?? 0) + 1;
    if (count > socketsMax) {
      onRefused();
      socket.destroy();
      return;
    }
    open.set(remoteAddress, count);
    socket.once("close", () => {
      const left = (open.get(remoteAddress) ?? 1) - 1;
      if (left === 0) open.delete(remoteAddress);
      else open.set(remoteAddress, left);
    });
  });
}

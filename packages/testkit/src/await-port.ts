import { connect } from "node:net";
import { eventually } from "./eventually.ts";

/** Resolves once something on 127.0.0.1 accepts connections at the port. */
export async function awaitPort(port: number, withinMs: number): Promise<void> {
  await eventually(() => tryConnect(port), { withinMs, everyMs: 5 });
}

function tryConnect(port: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" });
  return new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  }).finally(() => socket.destroy());
}

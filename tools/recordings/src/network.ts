import { once } from "node:events";
import type { ServerFrame } from "@lilux/protocol";
import { WebSocket, WebSocketServer } from "ws";
import type { Step } from "./recording.ts";

/** A network between client and gateway that writes down what passes, and does what networks do. */
export interface Network {
  url: string;
  /** The gateway of connections from now on. */
  leadTo(port: number): void;
  /** Loses the next frame of this type on its way to the client, or to the gateway. */
  loseNext(type: string): void;
  /** Brings the next frame of this type twice. */
  repeatNext(type: string): void;
  /** Holds frames of this type back until the next of the kind has passed. */
  delayNext(type: string): void;
  cut(): void;
  stop(): Promise<void>;
}

export async function startNetwork(note: (step: Step) => void): Promise<Network> {
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    handleProtocols: () => "lilux.v1",
  });
  await once(server, "listening");
  const address = server.address();
  const faults = { lose: new Set<string>(), repeat: new Set<string>(), delay: new Set<string>() };
  const sockets = new Set<WebSocket>();
  const delayed: ServerFrame[] = [];
  let target = 0;

  function carryDown(front: WebSocket, frame: ServerFrame): void {
    if (faults.lose.delete(frame.type)) {
      note({ lost: frame });
      return;
    }
    if (faults.delay.delete(frame.type)) {
      delayed.push(frame);
      return;
    }
    const times = faults.repeat.delete(frame.type) ? 2 : 1;
    const late = delayed.findIndex(({ type }) => type === frame.type);
    const frames = [
      ...Array.from({ length: times }, () => frame),
      ...delayed.splice(late, late < 0 ? 0 : 1),
    ];
    for (const each of frames) {
      note({ server: each });
      front.send(JSON.stringify(each));
    }
  }

  function carryUp(back: WebSocket, frame: Record<string, unknown>): void {
    if (faults.lose.delete(String(frame["type"]))) {
      note({ unheard: frame });
      return;
    }
    note({ client: frame });
    back.send(JSON.stringify(frame));
  }

  server.on("connection", (front) => {
    const back = new WebSocket(`ws://127.0.0.1:${target}/v1/session`, ["lilux.v1"]);
    const opened = once(back, "open");
    sockets.add(front).add(back);
    let isCut = false;
    front.on("message", (data) => {
      void opened.then(() => carryUp(back, JSON.parse(String(data))));
    });
    back.on("message", (data) => {
      if (!isCut) carryDown(front, JSON.parse(String(data)));
    });
    front.on("close", () => {
      isCut = true;
      back.terminate();
    });
    back.on("close", (code) => {
      if (isCut || (code < 4_000 && code !== 1_012)) return;
      note({ close: code });
      front.close(code);
    });
  });

  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    leadTo: (port) => {
      target = port;
    },
    loseNext: (type) => faults.lose.add(type),
    repeatNext: (type) => faults.repeat.add(type),
    delayNext: (type) => faults.delay.add(type),
    cut() {
      note({ cut: true });
      for (const socket of sockets) socket.terminate();
      sockets.clear();
    },
    async stop() {
      for (const socket of sockets) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { Registry } from "prom-client";
import { createLogger } from "../create-logger.ts";
import { createLifecycle, type Part } from "../lifecycle.ts";
import { runServiceProcess, type ServiceParts } from "../run-service-process.ts";
import type { Service } from "../service.ts";

/**
 * A service in a process of its own, for the tests: what becomes of it is
 * named by the first argument. It says on stdout how far it came, and has a
 * socket open that nobody but its part closes.
 */
const [fate = "", adminPort = "0"] = process.argv.slice(2);
const never = new Promise<void>(() => {});
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function openSocket(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const lastPart: Record<string, () => Promise<void> | void> = {
  "throws in a part": () => {
    throw new Error("this part is broken");
  },
  "hangs in a part": () => {
    say("starting");
    return never;
  },
  "is slow in a part": async () => {
    say("starting");
    const server = await openSocket();
    await new Promise<void>((resolve) => setTimeout(resolve, 700));
    server.close();
    say("started the slow part");
  },
};

function partsOf(socket: Server): Part[] {
  return [
    {
      name: "socket",
      stop() {
        say("socket closed");
        socket.close();
        if (fate === "cannot stop") throw new Error("this part does not stop");
      },
    },
    { name: "neighbour", dependency: () => "the neighbour sleeps" },
    { name: "last", start: () => lastPart[fate]?.() },
    { name: "after", start: () => say("after") },
  ];
}

async function parts({ own, busOptions }: ServiceParts<object>): Promise<Service> {
  await openSocket(); // Owned by nobody: it must not keep the process alive.
  own({ close: () => say("bus closed") });
  if (fate === "throws while it connects") throw new Error("nobody answers there");
  if (fate === "waits for the bus") {
    busOptions.onWaiting("nobody answers at the bus");
    await once(process.stdin, "data");
  }
  if (fate === "hangs while it connects") {
    say("starting");
    await never;
  }
  if (fate === "is slow to connect") {
    say("starting");
    await new Promise<void>((resolve) => setTimeout(resolve, 700));
    own({ close: () => say("late part closed") });
    say("went on");
  }
  if (fate === "cannot close") own({ close: () => Promise.reject(new Error("stuck")) });
  if (fate === "hangs at its end") {
    own({
      close: () => {
        say("closing");
        return never;
      },
    });
  }
  const logger = createLogger({ service: "test", level: "silent" });
  const lifecycle = createLifecycle(partsOf(await openSocket()), logger);
  return { ...lifecycle, name: "test", registry: new Registry() };
}

await runServiceProcess({
  name: "test",
  env: process.env,
  config() {
    if (fate === "has bad settings") throw new Error("LILUX_TEST is not usable");
    return { logLevel: "info", adminHost: "127.0.0.1", adminPort: Number(adminPort) };
  },
  parts,
});

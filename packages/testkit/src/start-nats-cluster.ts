import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { startNatsServer } from "./start-nats-server.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import type { TestServer } from "./test-server.ts";

export interface NatsCluster {
  servers: readonly TestServer[];
  /** All of them, with commas. */
  url: string;
  stop(): Promise<void>;
}

const SIZE = 3;
const TRIES = 3;

/** Three nats-servers that keep streams together. They are processes: a test kills them. */
export async function startNatsCluster(): Promise<NatsCluster> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce();
    } catch (error) {
      // A port that was free may be taken before the server binds it.
      if (tries === TRIES) throw error;
    }
  }
}

async function startOnce(): Promise<NatsCluster> {
  const folder = await temporaryDirectory();
  const ports = await Promise.all(Array.from({ length: SIZE }, () => freePort()));
  const configs = ports.map(async (_port, index) => {
    const configFile = join(folder.path, `n${index}.conf`);
    await writeFile(configFile, configOf(index, ports));
    const jetStreamDirectory = join(folder.path, `n${index}`);
    return startNatsServer({ configFile, jetStreamDirectory });
  });
  const started = await Promise.allSettled(configs);
  const servers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await folder.remove();
  };
  const failed = started.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { servers, url: servers.map(({ url }) => url).join(","), stop };
}

function configOf(index: number, ports: readonly number[]): string {
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`);
  return [
    `server_name: n${index}`,
    `cluster { name: test, listen: "127.0.0.1:${ports[index]}", routes: ${JSON.stringify(routes)} }`,
    "",
  ].join("\n");
}

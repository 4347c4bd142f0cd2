import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { type Distributed, startDistributed } from "lilux";

export interface ServicesOptions {
  /** Where their state lies, and the library where the environment names no other. */
  directory: string;
  env?: Readonly<Record<string, string>>;
}

/** Measures against nats-server, redis-server and the five services, which are stopped however it ends. */
export async function withServices<T>(
  { directory, env = {} }: ServicesOptions,
  measure: (distributed: Distributed) => Promise<T>,
): Promise<T> {
  process.stderr.write("  starting nats-server, redis-server and the five services …\n");
  const distributed = await startDistributed({
    env: {
      ...process.env,
      LILUX_PROJECT: directory,
      LILUX_LOG_LEVEL: "error",
      LILUX_USER_HOME: join(directory, "nobody"),
      ...env,
    },
    logger: createLogger({ service: "bench", level: "error" }),
    stateDirectory: join(directory, "state"),
    port: 0,
  });
  try {
    return await measure(distributed);
  } finally {
    await distributed.stop();
  }
}

/** The ids of the processes that run, by name. */
export function processIds({ processes }: Pick<Distributed, "processes">): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [name, { pid }] of processes) {
    const id = pid();
    if (id !== undefined) ids.set(name, id);
  }
  return ids;
}

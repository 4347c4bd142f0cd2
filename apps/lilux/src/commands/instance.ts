import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { CHECKOUT } from "../checkout.ts";
import { prepareProject } from "../embedded/prepare-project.ts";
import type { Environment } from "../environment.ts";
import { createRestClient, type RestClient } from "../rest-client.ts";

const DEFAULT_URL = "http://localhost:8080";

/** Where the instance is that is asked. A variable that is empty counts as not set. */
export function instanceUrl(env: Environment): string {
  return isNamed(env) ? (env["LILUX_URL"] ?? DEFAULT_URL) : DEFAULT_URL;
}

/** Whether somebody said which instance; else whichever listens here is taken, or one is started. */
export function isNamed(env: Environment): boolean {
  return (env["LILUX_URL"] ?? "").trim() !== "";
}

export function clientOf(env: Environment): RestClient {
  return createRestClient({ url: instanceUrl(env), apiKey: env["LILUX_API_KEY"] });
}

/**
 * Does some work with an instance: the one at LILUX_URL, else one that listens
 * at the default address, else one started for this work alone and stopped after.
 */
export async function withInstance<T>(
  env: Environment,
  work: (client: RestClient) => Promise<T>,
): Promise<T> {
  const running = clientOf(env);
  if (isNamed(env) || (await running.isUp())) return work(running);

  // Loaded only when it is needed: most questions go to a running instance.
  const { createEmbedded } = await import("../embedded/create-embedded.ts");
  const embedded = createEmbedded({
    env: {
      LILUX_MODEL_DIR: join(CHECKOUT, "models", "router-encoder"),
      LILUX_EMBEDDINGS_DIR: join(process.cwd(), ".lilux", "cache"),
      LILUX_PACKAGES_DIR: join(process.cwd(), ".lilux", "cache"),
      ...env,
      // A short-lived instance takes no callers from elsewhere and needs no keys.
      LILUX_API_KEYS: undefined,
      LILUX_API_KEYS_FILE: undefined,
      LILUX_OPERATOR_KEYS: undefined,
      LILUX_TENANT_RECORDS: undefined,
      LILUX_PROJECT: prepareProject(env, process.cwd(), CHECKOUT).path,
      LILUX_HOST: "127.0.0.1",
      PORT: "0",
    },
    logger: createLogger({ service: "lilux", level: "error", destination: process.stderr }),
  });
  await embedded.start();
  try {
    const { port } = embedded.address();
    return await work(createRestClient({ url: `http://127.0.0.1:${port}` }));
  } finally {
    await embedded.stop();
  }
}

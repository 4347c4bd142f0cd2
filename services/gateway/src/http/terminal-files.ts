import { resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import type { App } from "./create-app.ts";

const HASHED = /-[A-Za-z0-9]{8,}\.[a-z0-9]+$/;

/** The web terminal at `/`. Files with a hash in their name never change; the page may. */
export function addTerminalFiles(app: App, directory: string): void {
  void app.register(fastifyStatic, {
    root: resolve(directory),
    index: ["index.html"],
    // A file that is not there is answered by our own 404.
    wildcard: true,
    serveDotFiles: false,
    cacheControl: false,
    setHeaders(reply, path) {
      const forEver = "public, max-age=31536000, immutable";
      reply.header("cache-control", HASHED.test(path) ? forEver : "no-cache");
    },
  });
}

import { rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { Manifest } from "./manifest.ts";

export const BACKUP_SOCKET = "backup.sock";
const REQUEST_BYTES_MAX = 16 * 1024;

/** What a running instance answers to `lilux backup`: one line of JSON. */
export type BackupAnswer = { manifest: Manifest } | { error: { code: string; message: string } };

/**
 * Lets `lilux backup` ask a running instance of one process, whose embedded database nobody else can
 * read. Whoever may enter its state folder may ask; one backup is made at a time.
 */
export function serveBackups(deps: {
  stateDirectory: string;
  backup: (directory: string) => Promise<Manifest>;
  logger: Logger;
}): { start(): Promise<void>; stop(): Promise<void> } {
  const { stateDirectory, backup, logger } = deps;
  const path = join(stateDirectory, BACKUP_SOCKET);
  let last: Promise<unknown> = Promise.resolve();

  async function answer(socket: Socket): Promise<void> {
    const directory = await requestOf(socket);
    const made = last.then(() => backup(directory));
    last = made.catch(() => undefined);
    const told: BackupAnswer = await made.then(
      (manifest) => ({ manifest }),
      (error: unknown) => {
        logger.warn({ err: error }, "backup failed");
        const { code, message } = LiluxError.from(error);
        return { error: { code, message } };
      },
    );
    socket.end(`${JSON.stringify(told)}\n`);
  }

  const server = createServer((socket) => {
    socket.on("error", (error) => logger.debug({ err: error }, "backup client left"));
    answer(socket).catch((error: unknown) => {
      logger.warn({ err: error }, "backup request refused");
      socket.destroy();
    });
  });

  return {
    async start() {
      // Of a process that was killed; its journal is ours by now.
      await rm(path, { force: true });
      const { promise, resolve } = Promise.withResolvers<void>();
      server.once("error", (error) => {
        // A folder whose path is too long for a socket has no backups while it runs, and works.
        logger.warn({ err: error }, "backups only while it is stopped");
        resolve();
      });
      server.listen(path, () => resolve());
      await promise;
    },
    async stop() {
      if (!server.listening) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await Promise.all([promise, last]);
    },
  };
}

async function requestOf(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    text += chunk.toString("utf8");
    if (text.includes("\n")) break;
    if (text.length > REQUEST_BYTES_MAX) throw new Error("request too long");
  }
  const request: unknown = JSON.parse(text);
  if (typeof request === "string" && request.startsWith("/")) return request;
  throw new Error("no folder was named");
}

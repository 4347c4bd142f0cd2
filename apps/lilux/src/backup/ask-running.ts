import { createConnection } from "node:net";
import { join } from "node:path";
import { ERRORS, LiluxError } from "@lilux/protocol";
import type { Manifest } from "./manifest.ts";
import { BACKUP_SOCKET, type BackupAnswer } from "./serve-backups.ts";

/** Has the instance that lives in a state folder make its backup; undefined where none runs. */
export async function askRunning(
  stateDirectory: string,
  directory: string,
): Promise<Manifest | undefined> {
  const socket = createConnection(join(stateDirectory, BACKUP_SOCKET));
  const connected = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  if (!connected) return undefined;
  socket.write(`${JSON.stringify(directory)}\n`);
  let text = "";
  for await (const chunk of socket as AsyncIterable<Buffer>) text += chunk.toString("utf8");
  if (text === "")
    throw new LiluxError("interrupted", { message: "The instance ended meanwhile." });
  const answer = JSON.parse(text) as BackupAnswer;
  if ("manifest" in answer) return answer.manifest;
  const { code, message } = answer.error;
  throw new LiluxError(isCode(code) ? code : "internal", { message });
}

function isCode(code: string): code is keyof typeof ERRORS {
  return Object.hasOwn(ERRORS, code);
}

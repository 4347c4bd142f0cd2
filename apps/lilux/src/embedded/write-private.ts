import { renameSync, writeFileSync } from "node:fs";

/**
 * A file of the state folder, for its owner only, whole or not at all. At once and without
 * forcing it to the disk: who starts processes waits for nothing here, and makes anew what a
 * power cut took. What has to outlast that is written by `@lilux/files`.
 */
export function writePrivate(file: string, text: string): void {
  const next = `${file}.next`;
  writeFileSync(next, text, { mode: 0o600 });
  renameSync(next, file);
}

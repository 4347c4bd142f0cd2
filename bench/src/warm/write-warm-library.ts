import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stubFile } from "lilux";
import type { WarmItem } from "./warm-session.ts";

/** Writes items as the files that a library consists of, under `directory/.ai`. */
export function writeWarmLibrary(directory: string, items: readonly WarmItem[]): void {
  for (const item of items) {
    const { path, text } = stubFile(item);
    const file = join(directory, ".ai", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

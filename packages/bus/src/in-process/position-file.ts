import { readFile } from "node:fs/promises";
import type { Log } from "@lilux/core/telemetry";
import { replaceFile } from "@lilux/files";
import type { SavedPosition } from "./position.ts";

/** Keeps one consumer's position. Without a path, nowhere. */
export interface PositionFile {
  load(): Promise<SavedPosition | undefined>;
  save(position: SavedPosition): void;
  /** Writes what is gathered, and nothing after that. */
  close(): Promise<void>;
}

const GATHER_MS = 20;

/**
 * Positions are gathered for 20 ms and put in place whole. A kill in
 * between repeats the messages finished in that time, which at-least-once
 * allows, and never skips one.
 */
export function createPositionFile(deps: { path: string | undefined; logger: Log }): PositionFile {
  const { path, logger } = deps;
  let latest: SavedPosition | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let writing: Promise<void> = Promise.resolve();

  function write(): Promise<void> {
    timer = undefined;
    const position = latest;
    latest = undefined;
    if (path === undefined || position === undefined) return writing;
    writing = writing.then(() => replace(path, position, logger));
    return writing;
  }

  return {
    async load() {
      if (path === undefined) return undefined;
      try {
        return parsePosition(await readFile(path, "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        logger.warn({ path, err: error }, "consumer position unreadable, beginning at the start");
        return undefined;
      }
    },
    save(position) {
      if (path === undefined || closed) return;
      latest = position;
      timer ??= setTimeout(() => void write(), GATHER_MS);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await write();
    },
  };
}

async function replace(path: string, position: SavedPosition, logger: Log): Promise<void> {
  try {
    await replaceFile(path, JSON.stringify(position));
  } catch (error) {
    logger.warn({ path, err: error }, "consumer position could not be saved");
  }
}

function parsePosition(text: string): SavedPosition {
  const { floor, above } = JSON.parse(text) as SavedPosition;
  if (!Number.isSafeInteger(floor) || !Array.isArray(above)) throw new Error("not a position");
  return { floor, above: above.filter(Number.isSafeInteger) };
}

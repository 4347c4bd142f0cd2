import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { identifyProcess, isProcessRunning, type ProcessIdentity } from "@lilux/bus";
import type { Log } from "@lilux/core/telemetry";
import { createParser, LiluxError } from "@lilux/protocol";
import { Type } from "typebox";
import { writePrivate } from "../embedded/write-private.ts";

/** Above what the watch for orphans gives them: services first, then servers. */
const GONE_WITHIN_MS = 20_000;
const POLL_MS = 100;

const recordParser = createParser(
  Type.Array(Type.Object({ pid: Type.Integer({ minimum: 1 }), startedAt: Type.String() })),
  "the record of processes",
  "internal",
);

/** Writes down which processes use a state folder, for a start that finds them without their supervisor. */
export function recordSet(
  stateDirectory: string,
  pids: readonly number[],
  logger: Pick<Log, "warn">,
): void {
  try {
    writePrivate(recordOf(stateDirectory), JSON.stringify(pids.map(identifyProcess)));
  } catch (err) {
    // Of a full disk, for instance: what runs goes on, and one that ended is started again.
    logger.warn({ err }, "it could not be written down which processes run");
  }
}

export function forgetSet(stateDirectory: string): void {
  rmSync(recordOf(stateDirectory), { force: true });
}

/**
 * Resolves once nothing of an earlier set runs on the folder: what a killed
 * supervisor leaves behind is ended by its watch, and may still be finishing.
 * Rejects naming those that do not go, since two bus servers would share the files.
 */
export async function untilEarlierSetIsGone(
  stateDirectory: string,
  {
    withinMs = GONE_WITHIN_MS,
    signal,
  }: { withinMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const running = readRecord(stateDirectory).filter(isProcessRunning);
    if (running.length === 0) return;
    if (performance.now() > endsAt) throw stillRunning(running);
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

function stillRunning(running: readonly ProcessIdentity[]): LiluxError {
  const pids = running.map(({ pid }) => pid).join(" ");
  return new LiluxError("config_invalid", {
    message: `Processes of an earlier start still use the state folder: ${pids}. End them (kill ${pids}), or choose another folder.`,
  });
}

function readRecord(stateDirectory: string): ProcessIdentity[] {
  try {
    return recordParser.parse(JSON.parse(readFileSync(recordOf(stateDirectory), "utf8")));
  } catch {
    return [];
  }
}

function recordOf(stateDirectory: string): string {
  return join(stateDirectory, "processes.json");
}

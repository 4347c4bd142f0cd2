import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, freePorts } from "@lilux/runtime";
import { inheritedEnvironment, startPostgresServer } from "@lilux/testkit";
import { startDistributed } from "lilux";
import { DEMO_LIBRARY } from "../start-mode.ts";
import type { Stage } from "./faults.ts";
import { type StartedProgram, startProgram } from "./started-program.ts";

const READY_WITHIN_MS = 300_000;
/** A server refuses to begin a stream that may grow to more than its disk holds. */
const DISK_BYTES = "12G";

export interface RunningStage extends Stage {
  folder: string;
  url: string;
  /** Admin ports by service. */
  targets: Record<string, number>;
  stop(): Promise<void>;
}

/** A distributed Lilux with a Postgres, a model server and a small disk of its own. */
export async function startStage(): Promise<RunningStage> {
  const folder = mkdtempSync(join(tmpdir(), "lilux-drill-"));
  const disk = mountDisk(folder);
  const ended: (() => Promise<void> | void)[] = [() => unmount(disk, folder)];
  const stop = async (): Promise<void> => {
    for (const end of ended.reverse()) await end();
  };
  try {
    const postgres = await startPostgresServer({ owned: true });
    ended.push(() => postgres.stop());
    const modelServer = await startModelServer(folder);
    ended.push(() => modelServer.stop());
    const lilux = await startDistributed({
      env: environment(folder, { database: postgres.url, model: modelServer.url }),
      logger: createLogger({ service: "drill", level: "silent" }),
      stateDirectory: stateIn(folder),
      port: 0,
      readyWithinMs: READY_WITHIN_MS,
    });
    ended.push(() => lilux.stop());
    const targets = Object.fromEntries(
      Object.entries(lilux.ports.admin).filter(([name]) => lilux.processes.has(name)),
    );
    const url = `http://127.0.0.1:${lilux.ports.gateway}`;
    return { folder, lilux, postgres, modelServer, disk, url, targets, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environment(folder: string, { database, model }: { database: string; model: string }) {
  return {
    ...inheritedEnvironment(),
    LILUX_PROJECT: DEMO_LIBRARY,
    LILUX_USER_HOME: join(folder, "user"),
    LILUX_LOG_LEVEL: "warn",
    LILUX_DATABASE_URL: database,
    LILUX_FLYWHEEL: "on",
    LILUX_FLYWHEEL_DATABASE_URL: database,
    LILUX_LLM_URL: `${model}/v1`,
    LILUX_LLM_MODEL: "drill",
    // The clock of the rules runs faster, so that of patience does.
    LILUX_LLM_FIRST_TOKEN_MS: "3000",
  };
}

async function startModelServer(folder: string): Promise<StartedProgram> {
  const [port = 0] = await freePorts(1);
  return startProgram({
    command: process.execPath,
    args: ["--no-warnings", join(import.meta.dirname, "model-server.ts"), String(port)],
    logFile: join(folder, "model-server.log"),
    url: `http://127.0.0.1:${port}`,
    readyPath: "/v1/models",
  });
}

/** A disk that can be filled without harm: a sparse file, for who may mount one. */
function mountDisk(folder: string): string | undefined {
  const image = join(folder, "disk.img");
  const state = stateIn(folder);
  mkdirSync(state, { recursive: true });
  const done = [
    ["truncate", "-s", DISK_BYTES, image],
    ["mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1", image],
    ["mount", "-o", "loop", image, state],
  ].every(([command = "", ...args]) => spawnSync(command, args, { stdio: "ignore" }).status === 0);
  return done ? state : undefined;
}

function stateIn(folder: string): string {
  return join(folder, "state");
}

function unmount(disk: string | undefined, folder: string): void {
  if (disk !== undefined) spawnSync("umount", [disk], { stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true });
}

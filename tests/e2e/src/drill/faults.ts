import { execFileSync } from "node:child_process";
import { rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { TestServer } from "@lilux/testkit";
import type { Distributed } from "lilux";
import type { StartedProgram } from "./started-program.ts";

export interface Stage {
  lilux: Distributed;
  postgres: TestServer;
  modelServer: StartedProgram;
  /** A small file system that holds the streams; undefined where none can be mounted. */
  disk: string | undefined;
}

export interface Fault {
  name: string;
  /** Why it cannot be tried here; undefined when it can. */
  impossible?: (stage: Stage) => string | undefined;
  begin(stage: Stage): void | Promise<void>;
  end(stage: Stage): void | Promise<void>;
}

const KILL_EVERY_MS = 1_000;
/** What the file system itself needs to note so large a file. */
const SPARED_BYTES = 1_000_000;

/** Everything that is tried, one at a time. */
export const FAULTS: readonly Fault[] = [
  ...["router", "kiwi", "orchestrator", "gateway", "context-warmer"].map(frozen),
  { ...frozen("nats-server"), name: "nats-frozen" },
  { ...frozen("redis-server"), name: "redis-frozen" },
  ...["router", "kiwi", "nats-server", "redis-server"].map(killedAgainAndAgain),
  {
    name: "postgres-frozen",
    begin: ({ postgres }) => postgres.freeze(),
    end: ({ postgres }) => postgres.thaw(),
  },
  {
    name: "postgres-killed",
    begin: ({ postgres }) => postgres.kill9(),
    end: ({ postgres }) => postgres.restart(),
  },
  {
    name: "model-server-frozen",
    begin: ({ modelServer }) => modelServer.signal("SIGSTOP"),
    end: ({ modelServer }) => modelServer.signal("SIGCONT"),
  },
  {
    name: "disk-full",
    impossible: ({ disk }) => (disk === undefined ? "no file system can be mounted" : undefined),
    begin: ({ disk }) => fill(disk ?? ""),
    end: ({ disk }) => rmSync(fillerOf(disk ?? ""), { force: true }),
  },
];

function frozen(process: string): Fault {
  return {
    name: `${process}-frozen`,
    begin: ({ lilux }) => signal(lilux, process, "SIGSTOP"),
    end: ({ lilux }) => signal(lilux, process, "SIGCONT"),
  };
}

/** Its supervisor starts it again, and it ends again: a loop of crashes. */
function killedAgainAndAgain(process: string): Fault {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: `${process}-crashing`,
    begin({ lilux }) {
      const kill = (): void => signal(lilux, process, "SIGKILL");
      kill();
      timer = setInterval(kill, KILL_EVERY_MS);
    },
    end: () => clearInterval(timer),
  };
}

function signal({ processes }: Distributed, name: string, what: NodeJS.Signals): void {
  const found = processes.get(name);
  if (found === undefined) throw new Error(`there is no process ${name}`);
  found.signal(what);
}

function fillerOf(disk: string): string {
  return join(disk, "filler");
}

/** Takes what is free without writing it; what is left after that is less than a block of a stream. */
function fill(disk: string): void {
  const { bavail, bsize } = statfsSync(disk);
  execFileSync("fallocate", ["-l", String(bavail * bsize - SPARED_BYTES), fillerOf(disk)]);
}

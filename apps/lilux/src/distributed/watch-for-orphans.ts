import { type ChildProcess, spawn } from "node:child_process";
import type { Logger } from "@lilux/runtime";

/** The processes of a set as they now are. */
export interface LivePids {
  services: readonly number[];
  servers: readonly number[];
}

export interface OrphanWatch {
  /** To be called whenever a process came or went. */
  update(pids: LivePids): void;
  /** Ends the watch; what still runs is left alone. */
  close(): void;
}

/**
 * Reads lists of processes, each line replacing the last, until whoever writes
 * them is gone, however that came: then services end first, while they still
 * have their servers to finish with, and the servers after them. An empty list
 * is an orderly end. What has ended and waits to be noticed (Z) counts as gone.
 */
const WATCH = `
list=$1
while read -r line; do list=$line; done
running() {
  for pid in $1; do
    kill -0 "$pid" 2>/dev/null || continue
    case "$(cat "/proc/$pid/stat" 2>/dev/null)" in *") Z "*) ;; *) return 0 ;; esac
  done
  return 1
}
finish() {
  for pid in $1; do kill -TERM "$pid" 2>/dev/null; done
  left=$2
  while running "$1" && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
  for pid in $1; do kill -KILL "$pid" 2>/dev/null; done
}
finish "\${list%%/*}" 120
finish "\${list#*/}" 50
`;

const AGAIN_MS = 100;

/**
 * A shell outside our process group, which outlives this process by design: it
 * ends our children when we are killed, also those that would not notice
 * themselves. It is started again when it ends.
 */
export function watchForOrphans(logger: Logger): OrphanWatch {
  let known = "/";
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let shell = launch();

  function launch(): ChildProcess {
    // Born with what is known: there is no moment in which it watches nothing.
    const started = spawn("/bin/sh", ["-c", WATCH, "lilux-orphan-watch", known], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      env: { PATH: "/usr/bin:/bin" },
    });
    // Writing to one that has just ended is no error: the next is born with all.
    started.stdin?.on("error", () => undefined);
    started.once("error", (err) => logger.error({ err }, "the watch for orphans did not start"));
    started.once("exit", () => {
      if (closed) return;
      logger.warn("the watch for orphans ended, starting it again");
      timer = setTimeout(() => {
        shell = launch();
      }, AGAIN_MS);
    });
    return started;
  }

  function write(list: string): void {
    known = list;
    shell.stdin?.write(`${list}\n`);
  }

  return {
    update: ({ services, servers }) => write(`${services.join(" ")}/${servers.join(" ")}`),
    close() {
      closed = true;
      clearTimeout(timer);
      write("/");
      shell.stdin?.end();
    },
  };
}

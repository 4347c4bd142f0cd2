import { createProcessKeeper } from "../processes/process-keeper.ts";

// Run as a process of its own, to be killed. Its script tells the keeper to end as a terminal and a
// container would, then says its own id and the keeper's, and sleeps.
const SCRIPT = `for signal in INT TERM HUP; do kill -$signal $PPID; done
echo $$ $PPID >&2
exec sleep 300`;

await createProcessKeeper().run(
  {
    command: "/bin/sh",
    args: ["-c", SCRIPT],
    env: { PATH: "/usr/bin:/bin" },
  },
  {
    timeoutMs: 300_000,
    signal: new AbortController().signal,
    onLine: (line) => process.send?.(line.split(" ").map(Number)),
  },
);

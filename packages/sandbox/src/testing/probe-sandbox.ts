import { readFile } from "node:fs/promises";
import { openSandbox } from "../runner/open-sandbox.ts";
import { NO_ACCESS } from "../runner/script-runner.ts";

// Run as a process of its own, by any user: tries the sandbox and prints what its probes found.
const uid = process.getuid?.() ?? -1;
const text = await readFile(new URL("../runner/probes/escape-probes.py", import.meta.url), "utf8");
const startedAt = performance.now();
const opened = await openSandbox({
  path: "/usr/bin:/bin",
  uid,
  memoryBytesMax: 512 * 1024 * 1024,
});
const openedMs = performance.now() - startedAt;
if (!opened.available) {
  process.stdout.write(JSON.stringify({ uid, unavailable: opened.reason }));
} else {
  const end = await opened.runner.run(
    { id: "escape-probes", text, flags: [], slot: 0, access: NO_ACCESS },
    { timeoutMs: 60_000, signal: new AbortController().signal, onLine: () => undefined },
  );
  const { memory } = opened.runner;
  const results: unknown = end.exitCode === 0 ? JSON.parse(end.stdout.toString()) : undefined;
  const { exitCode, logs } = end;
  process.stdout.write(JSON.stringify({ uid, openedMs, memory, exitCode, logs, results }));
}

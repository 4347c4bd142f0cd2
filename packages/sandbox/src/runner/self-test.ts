import { LiluxError } from "@lilux/protocol";
import { NO_ACCESS, type ScriptRunner } from "./script-runner.ts";

const SELF_TEST_MS = 10_000;

/**
 * What a script tries before any other is let in. Each finding is a hole; an
 * empty list is trust. It must stay quick: start-up waits for it.
 */
const SELF_TEST = `
import json, os, platform, socket
try:
    import ctypes
except ImportError:
    ctypes = None
found = []
try:
    socket.create_connection(("127.0.0.1", 9), 1)
    found.append("network")
except OSError as error:
    if error.errno != 101 and error.errno != 111:
        found.append("network errno %s" % error.errno)
if [name for _, name in socket.if_nameindex() if name != "lo"]:
    found.append("network interfaces")
for place in ("/usr/lilux-self-test", "/lilux-self-test", "/etc/lilux-self-test"):
    try:
        open(place, "w")
        found.append("writes to " + place)
    except OSError:
        pass
if os.getuid() == 0:
    found.append("runs as root")
known = {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PWD", "SHLVL", "OLDPWD", "_",
         "PYTHONDONTWRITEBYTECODE", "LILUX_OUTPUT_DIR"}
if set(os.environ) - known:
    found.append("environment")
for place in ("/root", "/home", "/etc/passwd", "/project"):
    if os.path.exists(place):
        found.append("sees " + place)
if os.path.exists("/proc/self/status"):
    status = open("/proc/self/status").read()
    for line in ("Seccomp:\\t2", "NoNewPrivs:\\t1", "CapEff:\\t0000000000000000"):
        if line not in status:
            found.append("lacks " + line.split(":")[0])
    if len([name for name in os.listdir("/proc") if name.isdigit()]) > 4:
        found.append("sees processes")
if ctypes is None and not os.path.exists("/proc/self/status"):
    found.append("system calls that cannot be tried")
numbers = {"x86_64": {"unshare": 272, "ptrace": 101, "bpf": 321, "keyctl": 250, "mount": 165, "io_uring_setup": 425},
           "aarch64": {"unshare": 97, "ptrace": 117, "bpf": 280, "keyctl": 219, "mount": 40, "io_uring_setup": 425}}
for name, number in numbers.get(platform.machine(), {"unknown machine": 0}).items() if ctypes else ():
    ctypes.set_errno(0)
    answer = ctypes.CDLL(None, use_errno=True).syscall(number, 0, 0, 0, 0, 0)
    if answer != -1 or ctypes.get_errno() not in (1, 38):
        found.append("system call " + name)
open("/scratch/probe", "w").write("x")
print(json.dumps({"found": found}))
`;

/** Why the sandbox cannot be trusted; empty when it can. */
export async function selfTest(runner: ScriptRunner): Promise<string> {
  try {
    const end = await runner.run(
      { id: "self-test", text: SELF_TEST, flags: [], slot: 0, access: NO_ACCESS },
      { timeoutMs: SELF_TEST_MS, signal: new AbortController().signal, onLine: () => undefined },
    );
    if (end.exitCode !== 0) return `the self-test ended with ${end.exitCode}: ${lastOf(end.logs)}`;
    const answer = JSON.parse(end.stdout.toString()) as { found?: string[] };
    return (answer.found ?? ["nothing"]).join(", ");
  } catch (error) {
    const cause = error instanceof LiluxError ? (error.cause ?? error) : error;
    return `the self-test failed: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function lastOf(lines: readonly string[]): string {
  return lines.at(-1) ?? "without a word";
}

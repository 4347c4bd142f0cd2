import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";

/** The machine and its programs, as every report names them. */
export function describeMachine(): string {
  const [first] = cpus();
  const gib = Math.round(totalmem() / 1024 ** 3);
  const [load = 0] = loadavg();
  return [
    `${cpus().length} × ${first?.model.trim() ?? "unknown processor"}, ${gib} GiB`,
    `${process.platform}, Node ${process.versions.node}`,
    versionOf("nats-server", ["--version"]),
    versionOf("redis-server", ["--version"]),
    `load average ${load.toFixed(2)} at the start`,
  ].join("; ");
}

function versionOf(program: string, args: string[]): string {
  try {
    const path = `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/local/sbin`;
    const text = execFileSync(program, args, {
      encoding: "utf8",
      env: { ...process.env, PATH: path },
    });
    return `${program} ${/v?=?(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? "?"}`;
  } catch {
    return `${program} missing`;
  }
}

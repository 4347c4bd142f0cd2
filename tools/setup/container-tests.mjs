// `npm run test:containers`: the image is built and docker-compose.yml started by podman, and everything that the
// docs promise of it is tried. Needs Debian and root; installs podman where it is missing; says NOT RUN (and ends
// with 2) where it cannot. Takes minutes and some 4 GB, which it gives back.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { runWithPython } from "./run-with-python.mjs";

const NEEDED = {
  podman: "/usr/bin/podman",
  runc: "/usr/sbin/runc",
  netavark: "/usr/lib/podman/netavark",
  "aardvark-dns": "/usr/lib/podman/aardvark-dns",
  catatonit: "/usr/bin/catatonit",
  iptables: "/usr/sbin/iptables",
  mmdebstrap: "/usr/bin/mmdebstrap",
};

const why = whyNot();
if (why !== undefined) {
  process.stdout.write(`NOT RUN: ${why}\n`);
  process.exit(2);
}
process.exitCode = runWithPython({
  tool: "containers",
  program: "podman-compose",
  name: "podman-compose",
  what: "podman-compose",
});

function whyNot() {
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) {
    return "it needs Debian, and root to make containers.";
  }
  const missing = () => Object.keys(NEEDED).filter((name) => !existsSync(NEEDED[name]));
  if (missing().length > 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const quiet = { stdio: ["ignore", "ignore", "inherit"], env };
    process.stderr.write(`  installing ${missing().join(", ")} with apt-get …\n`);
    spawnSync("apt-get", ["update", "-qq"], quiet);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing()], quiet);
  }
  const still = missing();
  return still.length === 0 ? undefined : `${still.join(", ")} cannot be installed.`;
}

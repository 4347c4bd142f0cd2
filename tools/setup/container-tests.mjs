// `npm run test:containers`: the image is built and docker-compose.yml started by podman, and everything that the
// docs promise of it is tried. Needs Debian and root; installs podman where it is missing; says NOT RUN (and ends
// with 2) where it cannot. Takes minutes and some 4 GB, which it gives back.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensurePythonEnvironment } from "./python-environment.mjs";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

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
const tools = prepare();
const python = ensurePythonEnvironment({
  name: "podman-compose",
  requirements: join(root, "tools", "containers", "requirements.txt"),
  what: "podman-compose",
});
const main = join(root, "tools", "containers", "src", "main.ts");
const compose = join(dirname(python), "podman-compose");
const done = spawnSync(tools.nodePath, ["--no-warnings", main, compose], {
  cwd: root,
  stdio: "inherit",
  env: toolchainEnv(tools),
});
process.exitCode = done.status ?? 1;

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

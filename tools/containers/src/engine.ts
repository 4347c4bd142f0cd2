import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MINUTE_MS = 60_000;
/** As deep as containers depend on each other, and some. */
const ROUNDS_MAX = 10;

/** podman with images, containers and networks of its own in one folder: what was here before is not touched. */
export interface Engine {
  /** Prints as it goes; throws where it fails. */
  run(args: readonly string[], options?: RunOptions): void;
  /** What it printed; throws where it fails. */
  read(args: readonly string[], options?: RunOptions): string;
  /** Whether it ended well. */
  tries(args: readonly string[], options?: RunOptions): boolean;
  /** Containers, networks and images go; the folder with them. */
  remove(): void;
}

export interface RunOptions {
  /** Instead of podman: what speaks to podman. */
  program?: string;
  env?: Record<string, string>;
  input?: string;
  withinMs?: number;
}

export function createEngine(folder: string): Engine {
  mkdirSync(folder, { recursive: true });
  const containers = join(folder, "containers.conf");
  const storage = join(folder, "storage.conf");
  // runc, cgroupfs and these limits: machines that are containers themselves forbid what podman would take.
  writeFileSync(
    containers,
    `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
init_path = "/usr/bin/catatonit"
[network]
network_backend = "netavark"
network_config_dir = "${join(folder, "networks")}"
`,
  );
  writeFileSync(
    storage,
    `[storage]
driver = "overlay"
graphroot = "${join(folder, "storage")}"
runroot = "${join(folder, "run")}"
`,
  );
  const own = { CONTAINERS_CONF: containers, CONTAINERS_STORAGE_CONF: storage };

  function spawn(args: readonly string[], options: RunOptions, output: "inherit" | "pipe") {
    const { program = "podman", env = {}, input, withinMs = 30 * MINUTE_MS } = options;
    return spawnSync(program, args, {
      encoding: "utf8",
      env: { ...process.env, ...own, ...env },
      stdio: [input === undefined ? "ignore" : "pipe", output, output],
      input,
      timeout: withinMs,
      maxBuffer: 64 * 1_024 ** 2,
    });
  }
  const isLeft = (): boolean => spawn(["ps", "--all", "--quiet"], {}, "pipe").stdout.trim() !== "";
  function failed(
    args: readonly string[],
    { program = "podman" }: RunOptions,
    said: string,
  ): Error {
    return new Error(
      `${program} ${args.slice(0, 4).join(" ")} … failed: ${said.trim().slice(-2_000)}`,
    );
  }
  return {
    run(args, options = {}) {
      const done = spawn(args, options, "inherit");
      if (done.status !== 0) throw failed(args, options, done.error?.message ?? "see above");
    },
    read(args, options = {}) {
      const done = spawn(args, options, "pipe");
      if (done.status !== 0)
        throw failed(args, options, `${done.stdout ?? ""}${done.stderr ?? ""}`);
      return done.stdout;
    },
    tries: (args, options = {}) => spawn(args, options, "pipe").status === 0,
    remove() {
      // One that others depend on goes after them, in a later round.
      for (let round = 0; round < ROUNDS_MAX && isLeft(); round += 1) {
        spawn(["rm", "--all", "--force", "--time", "2"], {}, "pipe");
      }
      spawn(["network", "prune", "--force"], {}, "pipe");
      // Innermost first; a build that was broken off leaves some.
      for (const mount of mountsBelow(folder).toReversed()) {
        spawnSync("umount", ["--lazy", mount], { stdio: "ignore" });
      }
      // Nothing is deleted through a mount.
      if (mountsBelow(folder).length > 0) {
        throw new Error(`${folder} is still mounted by somebody. Unmount and delete it by hand.`);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mountsBelow(folder: string): string[] {
  const lines = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return lines
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${folder}/`));
}

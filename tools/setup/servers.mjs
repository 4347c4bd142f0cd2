// The servers and sandbox that the tests run against. Each is looked for on
// the PATH; on Debian, as root, what is missing is installed from the system's
// own packages. Nothing is ever skipped here without a word.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const NEEDED = [
  { program: "nats-server", debianPackage: "nats-server", unless: "LILUX_TEST_NATS_URL" },
  { program: "redis-server", debianPackage: "redis-server", unless: "LILUX_TEST_REDIS_URL" },
  { program: "postgres", debianPackage: "postgresql", unless: "LILUX_TEST_POSTGRES_URL" },
  // Rules and alerts are tried by Prometheus' own tool.
  { program: "promtool", debianPackage: "prometheus" },
  // What runbooks ask is asked of a real one.
  { program: "prometheus-alertmanager", debianPackage: "prometheus-alertmanager" },
  { program: "bwrap", debianPackage: "bubblewrap" },
  // Whole, since scripts expect the standard library; with pip for what they depend on.
  { program: "python3", debianPackage: "python3" },
  { program: "pip3", debianPackage: "python3-pip" },
  // Debian's python3 has no ensurepip of its own; the tests of training run in an environment.
  { module: "ensurepip", debianPackage: "python3-venv" },
  // The page is tried in a real browser.
  { program: "chromium", debianPackage: "chromium", unless: "LILUX_CHROMIUM" },
  // What the kernel's calls are numbered is checked against its own headers.
  { file: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", debianPackage: "linux-libc-dev" },
];

/** Docker can stand in for these. */
const IN_CONTAINERS = new Set(["nats-server", "redis-server", "postgres"]);
/** A browser that is there under another name will do. */
const OTHER_NAMES = { chromium: ["chromium-browser", "google-chrome", "google-chrome-stable"] };

function isThere({ program, file, module }) {
  if (module !== undefined) {
    return spawnSync("python3", ["-c", `import ${module}`], { stdio: "ignore" }).status === 0;
  }
  if (file !== undefined) return existsSync(file);
  return [program, ...(OTHER_NAMES[program] ?? [])].some(isOnPath);
}

function isOnPath(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return [...folders, ...postgresFolders()].some((folder) => existsSync(join(folder, program)));
}

/** Debian keeps Postgres's programs off the PATH, a folder per version. */
function postgresFolders() {
  const root = "/usr/lib/postgresql";
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, "bin")) : [];
}

function dockerAnswers() {
  return spawnSync("docker", ["info"], { stdio: "ignore", timeout: 3_000 }).status === 0;
}

/** Installs what is missing where that is possible, and says what stays missing. */
export function ensureServers() {
  const missing = NEEDED.filter(
    (needed) => !isThere(needed) && !(needed.unless && process.env[needed.unless]),
  );
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const isDebianRoot = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  if (isDebianRoot) {
    process.stderr.write(`  installing ${packages.join(", ")} with apt-get …\n`);
    // Without `--no-install-recommends` redis pulls in tools nobody needs here.
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"], env });
    const args = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
    spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"], env });
  }
  const still = missing.filter((needed) => !isThere(needed));
  const withoutDocker = dockerAnswers()
    ? still.filter(({ program }) => !IN_CONTAINERS.has(program))
    : still;
  for (const { program, file, module, debianPackage } of withoutDocker) {
    process.stderr.write(
      `  ${program ?? file ?? module} is missing: its tests cannot run. Install ${debianPackage}.\n`,
    );
  }
}

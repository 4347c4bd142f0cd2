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
  { program: "bwrap", debianPackage: "bubblewrap" },
  // Whole, since scripts expect the standard library; with pip for what they depend on.
  { program: "python3", debianPackage: "python3" },
  { program: "pip3", debianPackage: "python3-pip" },
];

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
    ({ program, unless }) => !isOnPath(program) && !(unless && process.env[unless]),
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
  const still = missing.filter(({ program }) => !isOnPath(program));
  const withoutDocker = dockerAnswers()
    ? still.filter(({ unless }) => unless === undefined)
    : still;
  for (const { program, debianPackage } of withoutDocker) {
    process.stderr.write(
      `  ${program} is missing: its tests cannot run. Install ${debianPackage}.\n`,
    );
  }
}

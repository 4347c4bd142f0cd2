import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ServerSpec, ServerUser } from "./server-spec.ts";

const USER = "lilux";

/** A Postgres whose files need not outlive a power cut: it does not wait for the disk. */
export const postgresSpec: ServerSpec = {
  kind: "postgres",
  urlVariable: "LILUX_TEST_POSTGRES_URL",
  binary: "postgres",
  image: "postgres:17-alpine",
  containerPort: 5432,
  url: (port) => `postgres://${USER}@127.0.0.1:${port}/postgres`,
  processArguments: (port, directory) => [
    ...["-D", join(directory, "data"), "-p", String(port)],
    ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    ...["-c", "fsync=off", "-c", "max_connections=60", "-c", "shared_buffers=16MB"],
  ],
  containerCommand: ["postgres", "-c", "fsync=off"],
  containerEnvironment: {
    POSTGRES_USER: USER,
    POSTGRES_DB: "postgres",
    POSTGRES_HOST_AUTH_METHOD: "trust",
  },
  prepare(binary, directory) {
    const user = unprivilegedUser();
    if (user.uid !== undefined) chownSync(directory, user.uid, user.gid ?? user.uid);
    const data = join(directory, "data");
    const args = ["-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    if (!existsSync(data)) {
      execFileSync(besides(binary, "initdb"), args, { stdio: "ignore", cwd: "/", ...user });
    }
    return user;
  },
  takesWork(binary, port) {
    const args = ["-q", "-h", "127.0.0.1", "-p", String(port)];
    return spawnSync(besides(binary, "pg_isready"), args, { stdio: "ignore" }).status === 0;
  },
  // Fast: connections are closed rather than waited for.
  stopSignal: "SIGINT",
};

/** Postgres's programs lie together, though only some may be linked to from the PATH. */
function besides(binary: string, name: string): string {
  return join(dirname(realpathSync(binary)), name);
}

/** Postgres refuses to run as root; it also wants a user that has a name. */
function unprivilegedUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return {};
}

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Engine } from "./engine.ts";

/** What stands in for images of others where no registry answers: made of this system's own packages. */
export const STAND_INS = {
  runtime: "localhost/stand-in/debian",
  node: "localhost/stand-in/node",
  nats: "localhost/stand-in/nats",
  redis: "localhost/stand-in/redis",
  postgres: "localhost/stand-in/postgres",
  prometheus: "localhost/stand-in/prometheus",
  alertmanager: "localhost/stand-in/alertmanager",
} as const;

/** What slim images of Debian are without. */
const SLIM = "path-exclude=/usr/share/{doc,man,info,locale}/*";
const NATS = "github.com/nats-io/nats-server/v2@v2.12.1";
const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";
const OWN_AUTHORITIES = "/usr/local/share/ca-certificates";
const SOURCES = "/etc/apt/sources.list.d";

const DEBIAN = `FROM localhost/stand-in/bare
COPY authorities /usr/local/share/ca-certificates/
COPY ca-certificates.crt ${AUTHORITIES}
COPY sources ${SOURCES}
`;
const NODE = `FROM ${STAND_INS.runtime}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=${AUTHORITIES} npm_config_cafile=${AUTHORITIES}
`;
const SERVERS = `FROM ${STAND_INS.runtime}
RUN apt-get update && apt-get install --yes --no-install-recommends \\
      redis-server postgresql-15 prometheus prometheus-alertmanager wget \\
  && userdel --force postgres && useradd --uid 70 --no-create-home postgres \\
  && rm -rf /var/lib/postgresql && mkdir -p /var/lib/postgresql/data /prometheus /alertmanager \\
  && chown 70:70 /var/lib/postgresql/data /run/postgresql && chown 65534:65534 /prometheus /alertmanager
COPY docker-entrypoint.sh nats-server /usr/local/bin/
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgresql/data
`;
/** What the official image of Postgres does at a first start, as far as it is needed here. */
const START_POSTGRES = `#!/bin/sh
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); export PGPASSWORD
  initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth=scram-sha-256 --no-sync
  pg_ctl -w start -o "-c listen_addresses= -c unix_socket_directories=/var/run/postgresql"
  psql -h /var/run/postgresql -U "$POSTGRES_USER" -d postgres -c "create database $POSTGRES_DB"
  pg_ctl -w stop
fi
exec "$@" -c "listen_addresses=*"
`;
const ENTRYPOINTS = {
  nats: ["nats-server"],
  redis: [],
  postgres: ["docker-entrypoint.sh"],
  prometheus: ["prometheus"],
  alertmanager: ["prometheus-alertmanager"],
} as const;

/** Makes all of them in the engine; the folder is for what they are made of. */
export function makeStandIns(engine: Engine, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const bare = join(folder, "bare.tar");
  engine.read(["--variant=minbase", `--dpkgopt=${SLIM}`, "bookworm", bare], {
    program: "mmdebstrap",
  });
  engine.read(["import", bare, "localhost/stand-in/bare"]);
  gather(folder);
  const build = (tag: string, text: string): void => {
    const file = join(folder, "Containerfile");
    writeFileSync(file, text);
    engine.read(["build", "--pull=never", "--network=host", "-t", tag, "-f", file, folder]);
  };
  build(STAND_INS.runtime, DEBIAN);
  build(STAND_INS.node, NODE);
  build("localhost/stand-in/servers", SERVERS);
  for (const [name, entrypoint] of Object.entries(ENTRYPOINTS)) {
    const tag = STAND_INS[name as keyof typeof ENTRYPOINTS];
    build(tag, `FROM localhost/stand-in/servers\nENTRYPOINT ${JSON.stringify(entrypoint)}\n`);
  }
}

/** Node and npm as they run here; who signs for servers here; where Debian's packages come from; a nats-server. */
function gather(folder: string): void {
  cpSync(process.execPath, join(folder, "node"));
  cpSync(npmFolder(), join(folder, "npm"), { recursive: true, dereference: true });
  cpSync(AUTHORITIES, join(folder, "ca-certificates.crt"));
  for (const [from, to] of [
    [OWN_AUTHORITIES, "authorities"],
    [SOURCES, "sources"],
  ] as const) {
    mkdirSync(join(folder, to), { recursive: true });
    if (existsSync(from)) cpSync(from, join(folder, to), { recursive: true });
  }
  writeFileSync(join(folder, "docker-entrypoint.sh"), START_POSTGRES, { mode: 0o755 });
  // Debian's nats-server is too old for what nats.conf says.
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: "0" };
  const made = spawnSync("go", ["install", "-trimpath", "-ldflags=-s -w", NATS], {
    env,
    encoding: "utf8",
  });
  if (made.status !== 0) {
    throw new Error(
      `Where no registry answers, Go is needed for nats-server: ${made.error?.message ?? made.stderr}`,
    );
  }
}

function npmFolder(): string {
  const found = spawnSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).stdout.trim();
  if (found === "") throw new Error("npm is not on the PATH");
  return dirname(dirname(realpathSync(found)));
}

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findBinary } from "@lilux/testkit";
import { CHECKOUT, type Inside } from "../start-mode.ts";

const MAIN = join(CHECKOUT, "apps", "lilux", "src", "main.ts");
const COMMAND_MS = 120_000;

/** `lilux …` of a page, as its operator types it. */
export function runLilux(
  command: string,
  { url, inside, cwd }: { url: string; inside: Inside; cwd: string },
): { code: number | null; said: string } {
  const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word ?? "",
  );
  const credentials = join(inside.stateDirectory, "credentials");
  const certificates = join(inside.stateDirectory, "certificates");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: cwd,
    LILUX_URL: url,
    // As docs/operations/credentials.md has them.
    LILUX_NATS_URL: inside.natsUrl,
    LILUX_NATS_USER: "operator",
    LILUX_NATS_PASSWORD_FILE: join(credentials, "nats-operator"),
    LILUX_TLS_CA_FILE: join(certificates, "ca.pem"),
    LILUX_TLS_CERT_FILE: join(certificates, "operator.pem"),
    LILUX_TLS_KEY_FILE: join(certificates, "operator-key.pem"),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", MAIN, ...args], {
    cwd,
    env,
    encoding: "utf8",
    timeout: COMMAND_MS,
  });
  return { code: status, said: `${stdout}${stderr}`.trim() };
}

/** As the user and with the certificate of the router, which a page tells to take. */
export function askRedis(inside: Inside, command: string): string {
  const { port } = new URL(inside.redisUrl);
  const certificates = join(inside.stateDirectory, "certificates");
  const password = readFileSync(join(inside.stateDirectory, "credentials", "redis-router"), "utf8");
  const tls = ["--tls", "--cacert", join(certificates, "ca.pem")];
  const own = [
    "--cert",
    join(certificates, "router.pem"),
    "--key",
    join(certificates, "router-key.pem"),
  ];
  const { stdout, stderr } = spawnSync(
    findBinary("redis-cli") ?? "redis-cli",
    ["-p", port, ...tls, ...own, "--user", "router", ...command.split(" ")],
    { encoding: "utf8", env: { ...process.env, REDISCLI_AUTH: password.trim() } },
  );
  return `${stdout}${stderr}`;
}

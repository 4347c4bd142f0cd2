import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { readSettings } from "@lilux/runtime";
import { type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { handOut } from "lilux/containers";
import { SERVICES } from "lilux/service-settings";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mountOf } from "./compose-faults.ts";
import { type ComposeService, ROOT, readCompose } from "./compose-file.ts";

const { services } = readCompose();
const maker = services["credentials"]?.volumes?.map(mountOf) ?? [];
let made: TemporaryDirectory;

beforeAll(async () => {
  made = await temporaryDirectory();
  await handOut(made.path);
});
afterAll(() => made.remove());

/** Where a container's credentials lie here: its volume as the maker has it. */
function folderOf({ volumes = [] }: ComposeService): string {
  const { source } = volumes.map(mountOf).find(({ target }) => target === "/credentials") ?? {};
  const target = maker.find((mount) => mount.source === source)?.target ?? "/made/nothing";
  return join(made.path, target.replace(/^\/made\//, ""));
}

const texts = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(made.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => [file.slice(made.path.length + 1), readFileSync(file, "utf8")]),
  );

// Mutant: a portion without its file: `claim-key` left out of the gateway's.
test("every file of credentials that a container is told of is handed to it, and every one handed out is used", () => {
  const scripts = readFileSync(join(ROOT, "deploy/compose/postgres/start-postgres.sh"), "utf8");
  const handed = maker.filter(({ target }) => /^\/made\/(?!authority)/.test(target));
  const unread = new Map(
    handed
      .map(({ target }) => target.replace("/made/", ""))
      .map((name) => [name, new Set(readdirSync(join(made.path, name)))] as const),
  );
  expect(unread.size).toBe(10);
  for (const [name, service] of Object.entries(services)) {
    const told = JSON.stringify(service) + (name === "postgres" ? scripts : "");
    const files = [...told.matchAll(/\/credentials\/([\w.-]+)/g)].map(([, file = ""]) => file);
    const folder = folderOf(service);
    expect(
      files.filter((file) => !existsSync(join(folder, file))),
      name,
    ).toEqual([]);
    for (const file of files) unread.get(folder.slice(made.path.length + 1))?.delete(file);
  }
  const conf = readFileSync(join(made.path, "nats", "nats.conf"), "utf8");
  for (const [, file = ""] of conf.matchAll(/\/credentials\/([\w.-]+)/g))
    unread.get("nats")?.delete(file);
  // A person's own, for the `nats` command.
  for (const file of ["nats-password", "ca.pem", "cert.pem", "key.pem"])
    unread.get("operator")?.delete(file);
  expect([...unread].filter(([, files]) => files.size > 0)).toEqual([]);
});

test("each service can be started with what its container is given, and lacks no way to be recognised", () => {
  for (const [name, declared] of Object.entries(SERVICES)) {
    const service = services[name] ?? {};
    const env = Object.fromEntries(
      Object.entries(service.environment ?? {})
        .map(
          ([variable, value]) => [variable, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1")] as const,
        )
        .map(
          ([variable, value]) =>
            [
              variable,
              value.startsWith("/credentials/")
                ? value.replace("/credentials", folderOf(service))
                : value,
            ] as const,
        )
        // The file of the model's key comes from the host; empty unless somebody has one.
        .map(
          ([variable, value]) =>
            [variable, value === "/llm-key" ? join(ROOT, "deploy/compose/no-key") : value] as const,
        ),
    );
    expect(() => readSettings(declared, env), name).not.toThrow();
    const wanted = Object.values(declared)
      .map(({ variable }) => variable)
      .filter((variable) =>
        /^LILUX_(?:TLS_(?:CA|CERT|KEY)|(?:NATS|REDIS)_PASSWORD|KIWI_SECRET|ORCHESTRATOR_SECRET|SESSION_SECRET|CLAIM_(?:PUBLIC_)?KEY)_FILE$|^LILUX_(?:NATS|REDIS)_(?:URL|USER)$/.test(
          variable,
        ),
      );
    expect(
      wanted.filter((variable) => env[variable] === undefined),
      name,
    ).toEqual([]);
  }
});

// Mutant: secrets made at each start; the originals copied whole into every folder.
test("a second start changes nothing; an original that was removed is changed wherever it was; nobody has another's", async () => {
  const first = texts();
  await handOut(made.path);
  expect(texts()).toEqual(first);
  rmSync(join(made.path, "authority/credentials/nats-router"));
  await handOut(made.path);
  const now = texts();
  const changed = Object.keys(now).filter((file) => now[file] !== first[file]);
  expect(changed.sort()).toEqual([
    "authority/credentials/nats-router",
    "nats/nats.conf",
    "router/nats-password",
  ]);
  const secrets = Object.entries(now).filter(([file]) =>
    /^(?!authority)[\w-]+\/(?:key\.pem|nats-password|redis-password|claim-key|first-key|password)$/.test(
      file,
    ),
  );
  for (const [file, text] of secrets) {
    const holders = Object.entries(now).filter(
      ([other, whole]) =>
        !other.startsWith("authority/") && other !== file && whole.includes(text.trim()),
    );
    // nats-server has to know its users' passwords; Redis knows digests.
    expect(
      holders.map(([other]) => other).filter((other) => other !== "nats/nats.conf"),
      file,
    ).toEqual([]);
  }
  expect(secrets.length).toBeGreaterThan(20);
  const authority = now["authority/certificates/ca-key.pem"] ?? "";
  expect(Object.keys(now).filter((file) => now[file] === authority)).toEqual([
    "authority/certificates/ca-key.pem",
  ]);
});

// Mutant: nats.conf without `verify: true`; a pg_hba.conf with a line `host`; redis with a port in the clear.
test("the servers hear nobody who shows no certificate", () => {
  expect(readFileSync(join(made.path, "nats", "nats.conf"), "utf8")).toMatch(
    /tls \{[^}]*verify: true/,
  );
  const redis = services["redis"]?.command?.join(" ");
  expect(redis).toContain("--port 0 ");
  expect(redis).toContain("--tls-auth-clients yes");
  const hba = readFileSync(join(ROOT, "deploy/compose/postgres/pg_hba.conf"), "utf8");
  const lines = hba.split("\n").filter((line) => /^[^#\s]/.test(line));
  expect(lines.filter((line) => !/^local |^hostssl .* cert +map=services$/.test(line))).toEqual([]);
  expect(statSync(join(made.path, "postgres", "key.pem")).mode & 0o777).toBe(0o644);
  expect(statSync(join(made.path, "gateway")).mode & 0o777).toBe(0o700);
});

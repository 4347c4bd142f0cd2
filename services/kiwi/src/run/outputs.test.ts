import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { clockOf } from "@lilux/testkit";
import { expect, it } from "vitest";
import { scriptSettingsOf } from "../testing/script-settings-of.ts";
import { errorOf, startKiwi } from "../testing/start-kiwi.ts";

const script = (text: string) => ({ "project/.ai/scripts/it.py": text });
const run = (item_id = "it", parameters: Record<string, unknown> = {}) => ({
  arguments: { item_type: "script" as const, item_id, action: "run" as const, parameters },
});
const NOON = Date.UTC(2026, 0, 24, 12);

describeInSandbox("what a script leaves", () => {
  it("keeps the files of the output folder and names them in the result", async () => {
    const text = `
import json, os, pathlib
out = pathlib.Path(os.environ["LILUX_OUTPUT_DIR"])
(out / "report.csv").write_text("a,b\\n")
(out / "charts").mkdir()
(out / "charts" / "one.bin").write_bytes(bytes(range(256)))
(out / "link").symlink_to("/etc/passwd")
print(json.dumps({"rows": 1}))`;
    await using started = await startKiwi(script(text), {}, { clock: clockOf(() => NOON) });
    const { result } = await started.execute(run());
    expect(result.data).toEqual({ rows: 1 });
    expect(result.artifacts).toHaveLength(2);
    const bytes = Buffer.from("a,b\n");
    expect(result.artifacts?.find(({ name }) => name === "report.csv")).toMatchObject({
      bytes: 4,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      path: expect.stringMatching(/^\.ai\/outputs\/2026-01-24\/it-[0-9a-f]{8}\/report\.csv$/),
    });
    for (const { path, bytes: size } of result.artifacts ?? []) {
      expect(await readFile(join(started.path, "project", path))).toHaveLength(size);
    }
  });

  it("keeps them though the script left processes behind", async () => {
    const text = `
import os, time
open(os.environ["LILUX_OUTPUT_DIR"] + "/x", "w").write("x")
if os.fork() == 0:
    while True:
        try:
            os.fork()
        except OSError:
            pass
time.sleep(1)
print("{}")`;
    await using started = await startKiwi(script(text));
    const { result } = await started.execute(run("it", { _timeout: 20 }));
    expect(result.artifacts).toHaveLength(1);
  });

  it("answers the first MiB of a long output and keeps all of it in a file", async () => {
    const text = "import sys\nfor _ in range(3): sys.stdout.write('é' * 1024 * 1024)";
    await using started = await startKiwi(script(text));
    const { result } = await started.execute(run());
    const { output } = result.data as { output: string };
    expect(Buffer.byteLength(output)).toBe(1024 * 1024);
    expect(result.metadata).toMatchObject({ truncated: true });
    const kept = await readFile(join(started.path, "project", result.metadata.outputFile ?? ""));
    expect(kept).toHaveLength(6 * 1024 * 1024);
  });

  it("ends a script that prints or writes more than is kept, and keeps nothing", async () => {
    const endless = "import sys\nwhile True: sys.stdout.write('x' * 1024 * 1024)";
    const files = `
import os
for index in range(3):
    open(os.environ["LILUX_OUTPUT_DIR"] + "/%d" % index, "wb").write(b"x" * 15 * 1024 * 1024)
print("{}")`;
    await using started = await startKiwi({
      ...script(endless),
      "project/.ai/scripts/files.py": files,
    });
    expect((await errorOf(started.execute(run()))).code).toBe("script_output_too_large");
    expect((await errorOf(started.execute(run("files")))).code).toBe("script_output_too_large");
    expect(await readdir(join(started.path, "project/.ai"))).not.toContain("outputs");
  });

  it.each([
    ["pass", "nothing_printed"],
    ["print('  ')", "nothing_printed"],
    ["print('{\"a\": ')", "invalid_json"],
    ["print({'a': 1})", "invalid_json"],
    ["print('{\"a\":' * 5000 + '1' + '}' * 5000)", "nested_too_deep"],
  ])("answers %j with an error that says what to print", async (text, reason) => {
    await using started = await startKiwi(script(text));
    const error = await errorOf(started.execute(run()));
    expect(error).toMatchObject({ code: "script_output_invalid", details: { reason } });
  });

  it("gives a script the digits that were given, and answers those that it prints", async () => {
    const text = `
import json, sys
__inputs__ = [{"name": "id", "type": "integer"}, {"name": "version", "type": "string"}]
print('{"argv": %s, "id": 1349021875512938561}' % json.dumps(sys.argv[1:]))`;
    await using started = await startKiwi(script(text));
    const given = { id: "9007199254740993", version: "1.10" };
    const { result } = await started.execute(run("it", given));
    expect(result.data).toEqual({
      argv: ["--id=9007199254740993", "--version=1.10"],
      id: "1349021875512938561",
    });
    expect(result.metadata.numbersAsText).toEqual(["id"]);
  });

  it("takes text that is no JSON, in whatever bytes, for plain output", async () => {
    await using started = await startKiwi({
      ...script("print('12 rows')"),
      "project/.ai/scripts/bytes.py": "import sys; sys.stdout.buffer.write(b'\\xff\\xfe!')",
    });
    expect((await started.execute(run())).result.data).toEqual({ output: "12 rows\n" });
    expect((await started.execute(run("bytes"))).result.status).toBe("success");
  });

  it("saves through no link, and says that the run is over", async () => {
    const text = "import os\nopen(os.environ['LILUX_OUTPUT_DIR'] + '/x', 'w').write('x')";
    await using started = await startKiwi(script(text));
    await mkdir(join(started.path, "elsewhere"));
    await symlink(join(started.path, "elsewhere"), join(started.path, "project/.ai/outputs"));
    expect((await errorOf(started.execute(run()))).code).toBe("artifacts_not_saved");
    expect(await readdir(join(started.path, "elsewhere"))).toEqual([]);
  });

  it("says so when they cannot be written, and leaves nothing half-written", async () => {
    const text = "import os\nopen(os.environ['LILUX_OUTPUT_DIR'] + '/x', 'w').write('x')";
    await using started = await startKiwi(script(text));
    await writeFile(join(started.path, "project/.ai/outputs"), "in the way");
    expect((await errorOf(started.execute(run()))).code).toBe("artifacts_not_saved");
  });

  // Mutant: count one process instead of the tree, and it ends well.
  it("ends a run whose processes together take too much memory; the next one runs", async () => {
    const text = `
import os, time
for _ in range(8):
    if os.fork() == 0:
        held = bytearray(os.urandom(1024)) * (60 * 1024)
        time.sleep(30)
        os._exit(0)
time.sleep(30)
print("{}")`;
    await using started = await startKiwi(
      { ...script(text), "project/.ai/scripts/other.py": "print('fine')" },
      scriptSettingsOf({ LILUX_SCRIPT_MEMORY_MB: "256" }),
    );
    const [hungry, other] = await Promise.all([
      errorOf(started.execute(run("it", { _timeout: 25 }))),
      started.execute(run("other")),
    ]);
    expect(hungry.code).toBe("script_memory_exceeded");
    expect(other.result.data).toEqual({ output: "fine\n" });
  });

  it("does not take a script that only forks for one that takes much", async () => {
    const text = `
import os, time
held = bytearray(os.urandom(1024)) * (100 * 1024)
children = []
for _ in range(6):
    child = os.fork()
    if child == 0:
        time.sleep(0.5)
        os._exit(0)
    children.append(child)
for child in children: os.waitpid(child, 0)
print('{"ok": true}')`;
    const settings = scriptSettingsOf({ LILUX_SCRIPT_MEMORY_MB: "256" });
    await using started = await startKiwi(script(text), settings);
    expect((await started.execute(run())).result.data).toEqual({ ok: true });
  });
});

import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { testTenant } from "@lilux/testkit";
import { expect, it } from "vitest";
import { errorOf, type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";
import { reasonToKeepName } from "./hidden-names.ts";

const probes = await readFile(new URL("write-probes.py", import.meta.url), "utf8");

const filesystem = (verb: string, path: string) => ({ verb, resource: "filesystem", path });
const WORK = filesystem("write", "work/**");

function script(body: string, ...permissions: unknown[]): string {
  return `__permissions__ = ${JSON.stringify(permissions)}\n${body}`;
}

const run = (parameters: Record<string, unknown> = {}) => ({
  arguments: { item_type: "script" as const, item_id: "it", action: "run" as const, parameters },
});

/** Where the server is root, scripts are somebody else: everything here is open to others. */
async function start(files: Record<string, string>): Promise<StartedKiwi> {
  const started = await startKiwi(files);
  await mkdir(join(started.path, "project/work"), { recursive: true });
  await openUp(started.path);
  return started;
}

async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o777);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) await openUp(place);
    else if (entry.isFile()) await chmod(place, 0o666);
  }
}

/** Everything below a folder, by its path: what it is, and how it may be used. */
async function listed(
  folder: string,
  path = "",
): Promise<Map<string, { kind: string; mode: number }>> {
  const found = new Map<string, { kind: string; mode: number }>();
  for (const name of await readdir(join(folder, path))) {
    const at = path === "" ? name : `${path}/${name}`;
    const stats = await lstat(join(folder, at));
    const kind = stats.isDirectory() ? "folder" : stats.isFile() ? "file" : "other";
    found.set(at, { kind, mode: stats.mode & 0o7777 });
    if (stats.isDirectory())
      for (const [below, entry] of await listed(folder, at)) found.set(below, entry);
  }
  return found;
}

const PROJECT = {
  "project/work/old.txt": "old",
  "project/work/old.sh": "#!/bin/sh\n",
  "project/work/plain.txt": "plain",
  "project/work/.husky/pre-commit": "mine",
  "project/work/.envrc": "mine",
  "project/work/.tool-versions": "mine",
  "project/work/.git/config": "mine",
};

describeInSandbox("what a write grant lets a script leave", () => {
  // Mutants, each tried: hide only what exists (`refuses` answers nothing); make links; keep the mode
  // the script gave; look at the first name of a path alone.
  it("is no hidden name, no link, no special file and no program, by whatever way it was made", async () => {
    await using started = await start({
      ...PROJECT,
      "project/.ai/scripts/it.py": script(probes, WORK),
    });
    const work = join(started.path, "project/work");
    await mkdir(join(work, "empty"));
    await chmod(join(work, "empty"), 0o777);
    await chmod(join(work, "old.sh"), 0o777);
    await symlink("plain.txt", join(work, "was-link"));
    const before = await listed(work);
    const { result } = await started.execute(run());
    const { tried } = result.data as { tried: [string, string][] };
    expect(tried.length).toBeGreaterThan(350);
    const after = await listed(work);
    const made = [...after].filter(([path]) => !before.has(path));
    const harmful = made.filter(([path, { kind, mode }]) => {
      const keeps = path.split("/").some((name) => reasonToKeepName(name, true) !== undefined);
      return (
        keeps ||
        kind === "other" ||
        (mode & 0o7000) !== 0 ||
        (kind === "file" && (mode & 0o111) !== 0)
      );
    });
    expect(harmful).toEqual([]);
    expect(after.get("report.txt")?.kind).toBe("file");
    expect(after.get("old.sh")?.mode).toBe(0o777);
    expect(after.get("plain.txt")?.mode).toBe(0o666);
    expect(await readFile(join(work, "old.sh"), "utf8")).toContain("changed");
    expect(await readFile(join(work, "old.txt"), "utf8")).toBe("old");
    expect(await readlink(join(work, "was-link"))).toBe("plain.txt");
    expect((await lstat(join(work, "empty"))).isDirectory()).toBe(true);
    for (const name of [".husky/pre-commit", ".envrc", ".tool-versions", ".git/config"]) {
      expect(await readFile(join(work, name), "utf8")).toBe("mine");
    }
    const { files } = result.metadata;
    expect(files?.refused).toContainEqual({ path: "work/.envrc", reason: "has a hidden name" });
    expect(files?.refused.length).toBe(50);
    expect(files?.more).toBeGreaterThan(300);
    expect(result.logs?.some((line) => line.startsWith("not kept: "))).toBe(true);
  });

  it("each refused name is in the result, with its reason", async () => {
    const body = `
import os
os.makedirs("/project/work/deep/.git/hooks")
open("/project/work/deep/.git/config", "w").write("[core] fsmonitor = evil")
os.symlink("/etc/passwd", "/project/work/deep/link")
open("/project/work/deep/fine.txt", "w").write("fine")
print("{}")`;
    await using started = await start({ "project/.ai/scripts/it.py": script(body, WORK) });
    const { result } = await started.execute(run());
    expect(result.metadata.files).toEqual({
      written: ["work/deep/fine.txt"],
      removed: [],
      refused: [
        { path: "work/deep/.git", reason: "has a hidden name" },
        { path: "work/deep/link", reason: "is a symbolic link" },
      ],
    });
    expect(result.logs).toContain("not kept: work/deep/.git has a hidden name");
    expect([...(await listed(join(started.path, "project/work"))).keys()]).toEqual([
      "deep",
      "deep/fine.txt",
    ]);
  });

  // Mutant: bind the folder itself, and the hidden name is there while the script runs.
  it("is nowhere in the project before the run has ended, and what was stopped left nothing", async () => {
    const body = `
import os, sys, time
os.mkdir("/project/work/.git")
open("/project/work/made.txt", "w").write("x")
os.remove("/project/work/old.txt")
print("made", file=sys.stderr, flush=True)
while True: time.sleep(0.05)`;
    await using started = await start({
      ...PROJECT,
      "project/.ai/scripts/it.py": script(body, WORK),
    });
    const work = join(started.path, "project/work");
    const stop = new AbortController();
    const running = started.kiwi.api.execute(
      { tenant: testTenant("local"), by: "person", callId: "stopped", ...run() },
      { signal: stop.signal },
    );
    await expect(
      (async () => {
        for await (const event of running) {
          if (event.type !== "progress" || event.text !== "made") continue;
          expect(await readdir(work)).not.toContain("made.txt");
          stop.abort();
        }
      })(),
    ).rejects.toMatchObject({ code: "cancelled" });
    expect(await readdir(work)).toContain("old.txt");
    expect(await readdir(work)).not.toContain("made.txt");
  });

  // Mutant: apply without comparing with what was copied, and the other's text is lost.
  it("never takes the place of what somebody else changed meanwhile, and says so", async () => {
    const body = `
import os, sys, time
work = "/project/work/"
for name in ("both.txt", "new.txt", "mine.txt"):
    open(work + name, "w").write("script")
os.remove(work + "gone.txt")
os.remove(work + "sub/x.txt")
os.rmdir(work + "sub")
print("made", file=sys.stderr, flush=True)
while not os.path.exists("/project/signs/go"): time.sleep(0.02)
print("{}")`;
    await using started = await start({
      "project/work/both.txt": "a",
      "project/work/gone.txt": "a",
      "project/work/sub/x.txt": "x",
      "project/signs/none": "",
      "project/.ai/scripts/it.py": script(body, WORK, filesystem("read", "signs/**")),
    });
    const running = started.kiwi.api.execute({
      tenant: testTenant("local"),
      by: "person",
      callId: "both",
      ...run(),
    });
    for await (const event of running) {
      if (event.type === "progress") {
        await started.write("project/work/both.txt", "person's");
        await started.write("project/work/new.txt", "person's");
        await started.write("project/work/gone.txt", "person's");
        await started.write("project/work/sub/y.txt", "person's");
        await started.write("project/signs/go", "");
      } else {
        const reason = "was changed by somebody else while the script ran";
        expect(event.result.metadata.files).toEqual({
          written: ["work/mine.txt"],
          removed: ["work/sub/x.txt"],
          refused: [
            { path: "work/both.txt", reason },
            { path: "work/gone.txt", reason },
            { path: "work/new.txt", reason },
            { path: "work/sub", reason: "holds what the script did not see" },
          ],
        });
      }
    }
    for (const name of ["both.txt", "new.txt", "gone.txt", "sub/y.txt"]) {
      expect(await readFile(join(started.path, "project/work", name), "utf8")).toBe("person's");
    }
  });

  it("can be changed, renamed and removed where it is plain, and a folder keeps what the script did not see", async () => {
    const body = `
import os, shutil
os.chdir("/project/work")
os.rename("a", "b")
os.rename("plain.txt", "renamed.txt")
open("old.txt", "a").write(" and more")
os.remove("old.sh")
shutil.rmtree("trash")
os.mkdir("made"); os.mkdir("made/empty")
open("link-to-old", "a").write("!")
print("{}")`;
    await using started = await start({
      ...PROJECT,
      "project/work/a/one.txt": "1",
      "project/work/a/.git/config": "mine",
      "project/work/trash/x": "x",
      "project/.ai/scripts/it.py": script(body, WORK),
    });
    const work = join(started.path, "project/work");
    await symlink("old.txt", join(work, "link-to-old"));
    const { result } = await started.execute(run());
    expect(result.metadata.files?.refused).toEqual([
      { path: "work/a", reason: "holds what the script did not see" },
    ]);
    expect(await readFile(join(work, "b/one.txt"), "utf8")).toBe("1");
    expect(await readFile(join(work, "a/.git/config"), "utf8")).toBe("mine");
    expect(await readFile(join(work, "renamed.txt"), "utf8")).toBe("plain");
    expect(await readFile(join(work, "old.txt"), "utf8")).toBe("old and more!");
    const left = await readdir(work);
    expect(left).toContain("made");
    for (const name of ["plain.txt", "old.sh", "trash"]) expect(left).not.toContain(name);
  });

  it("keeps out what a denial names, though it is not there yet, in any case", async () => {
    const body = `
import os
for name in ("secret", "SECRET"):
    os.makedirs("/project/work/" + name, exist_ok=True)
    open("/project/work/" + name + "/x", "w").write("x")
print("{}")`;
    const denied = filesystem("deny", "work/secret/**");
    await using started = await start({ "project/.ai/scripts/it.py": script(body, WORK, denied) });
    const { result } = await started.execute(run());
    expect(result.metadata.files?.refused.map(({ path }) => path).sort()).toEqual([
      "work/SECRET",
      "work/secret",
    ]);
    expect(await readdir(join(started.path, "project/work"))).toEqual([]);
  });

  it.each([".vscode/**", "work/.cache/", ".envrc", "work/.github/workflows/**", ".new/**"])(
    "is nothing below %s, which no write grant opens",
    async (path) => {
      await using started = await start({
        "project/.envrc": "mine",
        "project/.ai/scripts/it.py": script("print('{}')", filesystem("write", path)),
      });
      expect(await errorOf(started.execute(run()))).toMatchObject({
        code: "permission_denied",
        details: { path },
      });
    },
  );

  it("is nothing at all when it is more than is taken over", async () => {
    const body = `
import os
for index in range(9):
    path = "/project/work/%d" % index
    open(path, "w").close()
    os.truncate(path, 60 * 1024 * 1024)
print("{}")`;
    await using started = await start({ "project/.ai/scripts/it.py": script(body, WORK) });
    const error = await errorOf(started.execute(run()));
    expect(error.code).toBe("script_output_too_large");
    expect(await readdir(join(started.path, "project/work"))).toEqual([]);
  });

  it("a single file that may be written to is changed in place of itself", async () => {
    const body = `open("/project/plan.md", "a").write("!")\nprint("{}")`;
    await using started = await start({
      "project/plan.md": "plan",
      "project/.ai/scripts/it.py": script(body, filesystem("write", "plan.md")),
    });
    const { result } = await started.execute(run());
    expect(result.metadata.files).toEqual({ written: ["plan.md"], removed: [], refused: [] });
    expect(await readFile(join(started.path, "project/plan.md"), "utf8")).toBe("plan!");
  });
});

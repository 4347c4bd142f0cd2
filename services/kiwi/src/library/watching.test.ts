import { execFileSync } from "node:child_process";
import { watch } from "node:fs";
import {
  appendFile,
  cp,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { eventually, temporaryDirectory, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";
import { createSourceFolder } from "./source-folder.ts";
import { watchFolder } from "./watch-folder.ts";
import type { WatchMode } from "./watched-tree.ts";

const KNOWLEDGE = "project/.ai/knowledge";
const note = (title: string): string => `# ${title}\n\nOf pumps.\n`;
/** No rescan comes to the rescue within a test. */
const UNRESCUED = { rescanMs: 600_000 };

async function started(files: Record<string, string>): Promise<StartedKiwi & { at: string }> {
  const kiwi = await startKiwi(files, UNRESCUED);
  return Object.assign(kiwi, { at: join(kiwi.path, KNOWLEDGE) });
}

/** Every item's qualified id and name are soon these. */
async function soon({ kiwi }: StartedKiwi, names: Record<string, string>): Promise<void> {
  await eventually(
    async () => {
      const { items } = await kiwi.api.listItems({ tenant: testTenant("local") });
      expect(Object.fromEntries(items.map((item) => [item.qualified_id, item.name]))).toEqual(
        names,
      );
    },
    { withinMs: 20_000 },
  );
}

type Save = (path: string, text: string) => Promise<void>;

/** The ways programs put a new text in a file's place. */
const REPLACEMENTS: Record<string, Save> = {
  "renamed over, as VS Code and sed -i do": async (path, text) => {
    await writeFile(`${path}.tmp`, text);
    await rename(`${path}.tmp`, path);
  },
  "unlinked and created, as git checkout does": async (path, text) => {
    await unlink(path);
    await writeFile(path, text);
  },
  "moved aside, written and the old deleted, as vim does": async (path, text) => {
    await rename(path, `${path}~`);
    await writeFile(path, text);
    await unlink(`${path}~`);
  },
  "written beside as a hidden file and renamed, as rsync does": async (path, text) => {
    const hidden = join(dirname(path), ".note.md.Xy12");
    await writeFile(hidden, text);
    await rename(hidden, path);
  },
  "linked anew under its name": async (path, text) => {
    await writeFile(`${path}.new`, text);
    await unlink(path);
    await link(`${path}.new`, path);
    await unlink(`${path}.new`);
  },
};

// Mutant: watch `.ai` with `{ recursive: true }` and no watch a folder, and each is red.
describe.each(Object.entries(REPLACEMENTS))("a file that was %s", (_how, replace) => {
  it("is followed through edits in place, a move and a deletion", async () => {
    await using kiwi = await started({ [`${KNOWLEDGE}/a/note.md`]: note("First") });
    const path = join(kiwi.at, "a/note.md");
    for (const title of ["Second", "Third"]) {
      await replace(path, note(title));
      await soon(kiwi, { "a/note": title });
    }
    await writeFile(path, note("Edited"));
    await soon(kiwi, { "a/note": "Edited" });
    const metrics = await kiwi.kiwi.registry.metrics();
    expect(metrics).toMatch(/lilux_kiwi_library_rescans_total\{extent="named"\} [1-9]/);
    expect(metrics).toContain("lilux_kiwi_library_polled_folders 0");
    await appendFile(path, "More.\n");
    await rename(path, join(kiwi.at, "a/moved.md"));
    await soon(kiwi, { "a/moved": "Edited" });
    await writeFile(join(kiwi.at, "a/moved.md"), note("Moved"));
    await soon(kiwi, { "a/moved": "Moved" });
    await rm(join(kiwi.at, "a/moved.md"));
    await soon(kiwi, {});
  });
});

describe("an edit that hides itself", () => {
  // Mutant: let a named path with an unchanged stamp be skipped and leave ctime out of it: red.
  it("is seen with the same size and the same time of modification", async () => {
    await using kiwi = await started({ [`${KNOWLEDGE}/note.md`]: note("First") });
    const path = join(kiwi.at, "note.md");
    const { atime, mtime } = await stat(path);
    for (const title of ["Other", "Third"]) {
      await writeFile(path, note(title));
      await utimes(path, atime, mtime);
      await soon(kiwi, { note: title });
    }
  });

  it("is found by a look at everything, too, without a word from a watch", async () => {
    await using folder = await temporaryDirectory();
    const path = join(folder.path, ".ai/knowledge/note.md");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, note("First"));
    const source = createSourceFolder("project", folder.path);
    await source.scan();
    const { atime, mtime } = await stat(path);
    for (const title of ["Other", "Third"]) {
      await writeFile(path, note(title));
      await utimes(path, atime, mtime);
      await source.scan();
      expect([...source.records.values()].map(({ summary }) => summary?.name)).toEqual([title]);
    }
  });

  it("is seen when it is made by another name of the file, outside the library", async () => {
    await using kiwi = await started({
      "outside/shared.md": note("First"),
      [`${KNOWLEDGE}/keep.md`]: note("Keep"),
    });
    const outside = join(kiwi.path, "outside/shared.md");
    await link(outside, join(kiwi.at, "shared.md"));
    await soon(kiwi, { keep: "Keep", shared: "First" });
    await writeFile(outside, note("Other"));
    await soon(kiwi, { keep: "Keep", shared: "Other" });
  });

  it("is seen when it is made where a link in the library leads", async () => {
    await using kiwi = await started({ "project/.ai/store/a.md": note("First") });
    await mkdir(kiwi.at, { recursive: true });
    await symlink("../store/a.md", join(kiwi.at, "a.md"));
    await soon(kiwi, { a: "First" });
    await writeFile(join(kiwi.path, "project/.ai/store/a.md"), note("Other"));
    await soon(kiwi, { a: "Other" });
    await rm(join(kiwi.path, "project/.ai/store/a.md"));
    await soon(kiwi, {});
    await writeFile(join(kiwi.path, "project/.ai/store/a.md"), note("Again"));
    await soon(kiwi, { a: "Again" });
  });
});

describe("folders", () => {
  it("are followed when they move, come deep, are replaced and go", async () => {
    await using kiwi = await started({ [`${KNOWLEDGE}/a/b/note.md`]: note("First") });
    await rename(join(kiwi.at, "a"), join(kiwi.at, "z"));
    await soon(kiwi, { "z/b/note": "First" });
    await writeFile(join(kiwi.at, "z/b/note.md"), note("After the move"));
    await soon(kiwi, { "z/b/note": "After the move" });
    await mkdir(join(kiwi.at, "1/2/3/4/5"), { recursive: true });
    await writeFile(join(kiwi.at, "1/2/3/4/5/deep.md"), note("Deep"));
    await soon(kiwi, { "1/2/3/4/5/deep": "Deep", "z/b/note": "After the move" });
    await rm(join(kiwi.at, "1"), { recursive: true });
    await cp(join(kiwi.at, "z/b"), join(kiwi.at, "z/c"), { recursive: true });
    await rename(join(kiwi.at, "z/b"), join(kiwi.path, "aside"));
    await rename(join(kiwi.at, "z/c"), join(kiwi.at, "z/b"));
    await soon(kiwi, { "z/b/note": "After the move" });
    await writeFile(join(kiwi.at, "z/b/note.md"), note("In the new folder"));
    await soon(kiwi, { "z/b/note": "In the new folder" });
  });

  it("are followed in a library that comes, is replaced as a whole, and comes again", async () => {
    await using kiwi = await started({});
    const ai = join(kiwi.path, "project/.ai");
    await rm(ai, { recursive: true });
    await kiwi.write(`${KNOWLEDGE}/note.md`, note("First"));
    await soon(kiwi, { note: "First" });
    await kiwi.write("next/.ai/knowledge/note.md", note("Next"));
    await rename(ai, join(kiwi.path, "old"));
    await rename(join(kiwi.path, "next/.ai"), ai);
    await soon(kiwi, { note: "Next" });
    await writeFile(join(kiwi.at, "note.md"), note("Edited"));
    await soon(kiwi, { note: "Edited" });
    await rm(join(kiwi.path, "project"), { recursive: true });
    await soon(kiwi, {});
    await kiwi.write(`${KNOWLEDGE}/note.md`, note("Back"));
    await soon(kiwi, { note: "Back" });
  });

  it("are followed through the link that a Kubernetes volume swaps", async () => {
    await using kiwi = await started({ [`${KNOWLEDGE}/vol/..one/a.md`]: note("First") });
    const volume = join(kiwi.at, "vol");
    await symlink("..one", join(volume, "..data"));
    await symlink("..data/a.md", join(volume, "a.md"));
    await soon(kiwi, { "vol/a": "First" });
    for (const [version, title] of [
      ["..two", "Second"],
      ["..three", "Third"],
    ] as const) {
      await mkdir(join(volume, version));
      await writeFile(join(volume, version, "a.md"), note(title));
      await symlink(version, join(volume, "..data_tmp"));
      await rename(join(volume, "..data_tmp"), join(volume, "..data"));
      await soon(kiwi, { "vol/a": title });
    }
  });

  it("are followed through a link to a folder that is given another target", async () => {
    await using kiwi = await started({
      "project/.ai/store/1/a.md": note("First"),
      "project/.ai/store/2/a.md": note("Second"),
    });
    const store = join(kiwi.path, "project/.ai/store");
    await symlink("1", join(store, "current"));
    await mkdir(kiwi.at, { recursive: true });
    await symlink("../store/current", join(kiwi.at, "live"));
    await soon(kiwi, { "live/a": "First" });
    await symlink("2", join(store, "next"));
    await rename(join(store, "next"), join(store, "current"));
    await soon(kiwi, { "live/a": "Second" });
    await writeFile(join(store, "2/a.md"), note("Edited"));
    await soon(kiwi, { "live/a": "Edited" });
  });

  it("are followed through git's checkouts, stashes and cleanings", async () => {
    await using kiwi = await started({
      [`${KNOWLEDGE}/a.md`]: note("A main"),
      [`${KNOWLEDGE}/sub/b.md`]: note("B main"),
    });
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"];
    const git = (...args: string[]): void =>
      void execFileSync("git", [...identity, ...args], {
        cwd: join(kiwi.path, "project"),
        stdio: "ignore",
      });
    git("init", "-b", "main");
    git("add", "-A");
    git("commit", "-m", "main");
    git("checkout", "-b", "other");
    await writeFile(join(kiwi.at, "a.md"), note("A other"));
    await rename(join(kiwi.at, "sub"), join(kiwi.at, "bus"));
    git("add", "-A");
    git("commit", "-m", "other");
    await soon(kiwi, { a: "A other", "bus/b": "B main" });
    git("checkout", "main");
    await soon(kiwi, { a: "A main", "sub/b": "B main" });
    await writeFile(join(kiwi.at, "a.md"), note("A edited"));
    await soon(kiwi, { a: "A edited", "sub/b": "B main" });
    git("stash");
    await soon(kiwi, { a: "A main", "sub/b": "B main" });
    git("stash", "pop");
    await soon(kiwi, { a: "A edited", "sub/b": "B main" });
    await writeFile(join(kiwi.at, "sub/b.md"), note("B edited"));
    await soon(kiwi, { a: "A edited", "sub/b": "B edited" });
  });
});

describe("where the system has no watches left", () => {
  // Mutant: rest for `rescanMs` while polling, and nothing is told.
  it("everything is looked at again and again, it is said, and watching resumes with room", async () => {
    await using folder = await temporaryDirectory();
    const path = join(folder.path, ".ai/knowledge/sub/note.md");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, note("First"));
    const source = createSourceFolder("project", folder.path);
    const modes: WatchMode[] = [];
    let hasRoom = false;
    const watcher = watchFolder({
      folder: folder.path,
      debounceMs: 5,
      rescanMs: 600_000,
      onChange: (paths) => source.scan(paths),
      changedElsewhere: source.changedElsewhere,
      onMode: (mode) => modes.push(mode),
      openWatch(at, onName) {
        if (!hasRoom && at.endsWith("sub")) {
          throw Object.assign(new Error("no room"), { code: "ENOSPC" });
        }
        return watch(at, { persistent: false }, (_event, name) => onName(name));
      },
    });
    const named = (title: string): Promise<void> =>
      eventually(
        () => {
          expect([...source.records.values()].map(({ summary }) => summary?.name)).toEqual([title]);
        },
        { withinMs: 20_000 },
      );
    try {
      await watcher.ready;
      expect(modes).toEqual([{ kind: "polling", refusal: "ENOSPC" }]);
      expect(watcher.mode).toEqual(modes[0]);
      await named("First");
      await writeFile(path, note("Second"));
      await named("Second");
      hasRoom = true;
      await eventually(() => expect(modes.at(-1)).toEqual({ kind: "watching" }), {
        withinMs: 20_000,
      });
      await writeFile(path, (await readFile(path, "utf8")).replace("Second", "Third"));
      await named("Third");
    } finally {
      watcher.close();
    }
  });
});

import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createLibraryRows } from "@lilux/database";
import { SYSTEM_FILES } from "@lilux/files";
import { type TemporaryDirectory, temporaryDirectory, testTenant } from "@lilux/testkit";
import { createGitOrigin, type GitOrigin } from "@lilux/testkit/companies";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { LibraryAct, LibraryHome } from "../library/library-home.ts";
import { openTestDatabase, type TestDatabase } from "../testing/open-test-database.ts";
import { createDatabaseStore } from "./database-store.ts";
import { createFolderHome } from "./folder-home.ts";
import { authorOf } from "./git/commit-text.ts";
import { openGitRepository } from "./git/git-repository.ts";
import { createGitStore } from "./git/git-store.ts";
import type { LibraryStore } from "./library-store.ts";
import { createMirroredHome } from "./mirrored-home.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const LIMITS = { deadlineMs: 60_000, bytesMax: 64 * 1024 * 1024 };

let database: TestDatabase;
let folder: TemporaryDirectory;
let places = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  folder = await temporaryDirectory();
});
afterAll(async () => {
  await database.close();
  await folder.remove();
});

/** A home, and the folder that it brings in line. */
interface Seen {
  home: LibraryHome;
  path: string;
}

interface Place {
  /** Another process's view of the same library. */
  open(): Promise<Seen>;
}

async function newPath(): Promise<string> {
  places += 1;
  const path = join(folder.path, `place-${places}`);
  await mkdir(path);
  return path;
}

async function mirrored(store: LibraryStore): Promise<Seen> {
  const path = await newPath();
  const home = createMirroredHome({ store, folder: path, files: SYSTEM_FILES });
  await home.open();
  return { home, path };
}

async function gitStore(origin: GitOrigin, clone: string): Promise<LibraryStore> {
  return createGitStore({
    repository: await openGitRepository(clone, "main", LIMITS),
    branch: "main",
    place: async () => ({
      address: { url: origin.url, protocol: "file", host: "", port: 0, ip: undefined },
      credential: { kind: "none" },
    }),
    authorOf: (person) => authorOf(testTenant("acme"), person),
  });
}

function databaseStore(tenant: string, lease?: { holder: string; token: number }, filesMax = 100) {
  const rows = createLibraryRows(database.database, { deadlineMs: 60_000 });
  return createDatabaseStore({
    rows,
    tenant: testTenant(tenant),
    lease: () => lease,
    now: () => 0,
    filesMax,
  });
}

const PLACES: Record<LibraryHome["kind"], () => Promise<Place>> = {
  async folder() {
    const path = await newPath();
    return { open: async () => ({ home: createFolderHome(), path }) };
  },
  async git() {
    const origin = await createGitOrigin(await newPath());
    return { open: async () => mirrored(await gitStore(origin, join(await newPath(), "clone"))) };
  },
  async database() {
    places += 1;
    const tenant = `rows-${places}`;
    return { open: async () => mirrored(databaseStore(tenant)) };
  },
};

function act(id: string, action = "update"): LibraryAct {
  const item = { item_type: "knowledge" as const, qualified_id: id, path: `knowledge/${id}.md` };
  const person = { id: "p_1", name: "Ada" };
  return { action, item, by: "person", person, turnId: "t", callId: "c" };
}

async function put({ path }: Seen, id: string, text: string): Promise<void> {
  const target = join(path, ".ai", "knowledge", `${id}.md`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}

async function textsOf({ path }: Seen): Promise<Record<string, string>> {
  const at = join(path, ".ai", "knowledge");
  const names = (await readdir(at).catch(() => [])).sort();
  const texts = names.map(async (name) => [name, await readFile(join(at, name), "utf8")]);
  return Object.fromEntries(await Promise.all(texts));
}

describe.each(Object.entries(PLACES))("a library that lives in: %s", (kind, open) => {
  // Mutant: `write` does not hand over what changed.
  test("what is written is there for whoever looks next, whole, also a deletion", async () => {
    const place = await open();
    const one = await place.open();
    await one.home.write(act("tides", "create"), () => put(one, "tides", "Twice a day.\n"));
    await one.home.write(act("wind", "create"), () => put(one, "wind", "From the west.\n"));
    const other = await place.open();
    expect(await textsOf(other)).toEqual({
      "tides.md": "Twice a day.\n",
      "wind.md": "From the west.\n",
    });
    await one.home.write(act("wind", "delete"), () =>
      rename(join(one.path, ".ai/knowledge/wind.md"), join(one.path, "gone")),
    );
    await other.home.refresh();
    expect(await textsOf(other)).toEqual({ "tides.md": "Twice a day.\n" });
  });

  // A folder is written to by its items' own rules; `write.test.ts` holds them.
  if (kind === "folder") return;
  test("work that fails leaves nothing, and what two write at once both stay, but for one item", async () => {
    const place = await open();
    const one = await place.open();
    const two = await place.open();
    await one.home.write(act("tides", "create"), () => put(one, "tides", "Twice a day.\n"));

    const failing = one.home.write(act("tides"), async () => {
      await put(one, "tides", "half");
      throw new Error("the disk");
    });
    await expect(failing).rejects.toThrow("the disk");
    expect(await textsOf(one)).toEqual({ "tides.md": "Twice a day.\n" });

    // Somebody else's write of another item comes in between.
    await one.home.write(act("wind", "create"), async () => {
      await two.home.write(act("moon", "create"), () => put(two, "moon", "It pulls.\n"));
      await put(one, "wind", "From the west.\n");
    });
    expect(Object.keys(await textsOf(one))).toEqual(["moon.md", "tides.md", "wind.md"]);

    // And one of the same item.
    const lost = one.home.write(act("tides"), async () => {
      await two.home.write(act("tides"), () => put(two, "tides", "Theirs.\n"));
      await put(one, "tides", "Ours.\n");
    });
    await expect(lost).rejects.toMatchObject({ code: "item_conflict" });
    expect((await textsOf(one))["tides.md"]).toBe("Twice a day.\n");
    await one.home.refresh();
    expect((await textsOf(one))["tides.md"]).toBe("Theirs.\n");
  });
});

// Mutants: `open` does not fall back on what is known; `head` takes what is no descendant.
test("while a Git server is away reads go on and nothing is written; a rewritten or missing branch is told, and not followed", async () => {
  const origin = await createGitOrigin(await newPath());
  await origin.push({ ".ai/knowledge/tides.md": "Twice a day.\n" });
  const clone = join(await newPath(), "clone");
  const one = await mirrored(await gitStore(origin, clone));
  await rename(origin.folder, `${origin.folder}.away`);

  let isWritten = false;
  const away = one.home.write(act("tides"), async () => {
    isWritten = true;
  });
  await expect(away).rejects.toMatchObject({ code: "library_unreachable", retryable: true });
  expect(isWritten).toBe(false);
  const restarted = await mirrored(await gitStore(origin, clone));
  expect(await textsOf(restarted)).toEqual({ "tides.md": "Twice a day.\n" });
  expect(restarted.home.trouble()).toMatchObject({ code: "library_unreachable" });

  await rename(`${origin.folder}.away`, origin.folder);
  await origin.theirs("checkout", "--quiet", "--orphan", "fresh");
  await origin.theirs("rm", "-rf", "--quiet", ".");
  await origin.theirs("commit", "--quiet", "--allow-empty", "-m", "empty");
  await origin.theirs("push", "--quiet", "--force", "origin", "fresh:main");
  const rewritten = { code: "library_diverged", details: { reason: "rewritten" } };
  await expect(one.home.refresh()).rejects.toMatchObject(rewritten);
  await origin.git("update-ref", "-d", "refs/heads/main");
  const gone = { code: "library_diverged", details: { reason: "branch_gone" } };
  await expect(one.home.refresh()).rejects.toMatchObject(gone);
  expect(await textsOf(one)).toEqual({ "tides.md": "Twice a day.\n" });
});

// Mutants: `isHeld` does not look at the token; the bound is looked at for deletions as well.
test("a library in the database is written under the lease alone, and has a bound that a deletion does not meet", async () => {
  const rows = createLibraryRows(database.database, { deadlineMs: 60_000 });
  const tenant = "leased";
  const first = await rows.takeLease({ tenant: testTenant(tenant), holder: "a", forMs: 600_000 });
  expect(
    await rows.takeLease({ tenant: testTenant(tenant), holder: "b", forMs: 600_000 }),
  ).toBeUndefined();
  expect(await rows.takeLease({ tenant: testTenant(tenant), holder: "a", forMs: 600_000 })).toBe(
    first,
  );
  const one = await mirrored(databaseStore(tenant, { holder: "a", token: first ?? 0 }, 1));
  await one.home.write(act("tides", "create"), () => put(one, "tides", "Twice.\n"));
  const second = one.home.write(act("wind", "create"), () => put(one, "wind", "West.\n"));
  await expect(second).rejects.toMatchObject({ code: "storage_full" });
  expect(await textsOf(one)).toEqual({ "tides.md": "Twice.\n" });

  await rows.endLease({ tenant: testTenant(tenant), holder: "a" });
  const next = await rows.takeLease({ tenant: testTenant(tenant), holder: "b", forMs: 600_000 });
  expect(next).toBe((first ?? 0) + 1);
  const late = one.home.write(act("tides"), () => put(one, "tides", "Late.\n"));
  await expect(late).rejects.toMatchObject({ code: "library_unreachable" });
  expect(await textsOf(one)).toEqual({ "tides.md": "Twice.\n" });
});

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLibraryRows, type LibraryRows } from "@lilux/database";
import { putFile, SYSTEM_FILES, type WritingFiles } from "@lilux/files";
import type { LiluxError } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import {
  createManualClock,
  type TemporaryDirectory,
  temporaryDirectory,
  testTenant,
} from "@lilux/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openTestDatabase, type TestDatabase } from "../testing/open-test-database.ts";
import { highestFence, raiseFence } from "./fence.ts";
import { createPartition, type Partition } from "./partition.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let opened: TestDatabase;
let rows: LibraryRows;
let root: TemporaryDirectory;
beforeAll(async () => {
  opened = await openTestDatabase();
  rows = createLibraryRows(opened.database, { deadlineMs: 60_000 });
  root = await temporaryDirectory();
});
afterAll(async () => {
  await opened.close();
  await root.remove();
});

const logger = createLogger({ service: "kiwi", level: "silent" });
const clock = createManualClock();
const LEASE_MS = 600_000;
let worlds = 0;

interface Core extends Partition {
  lost: string[];
}

interface World {
  a: Core;
  b: Core;
  /** A tenant that belongs to a by its name, with a folder that both write in. */
  tenant: string;
  folder: string;
  /** What happens to the database's view of a core that is not heard of for the time of a lease. */
  expire(member: string): Promise<void>;
}

async function world(): Promise<World> {
  worlds += 1;
  const path = join(root.path, `world-${worlds}`);
  const folderOf = (tenant: string): string => join(path, tenant);
  const [ids, prefix] = [[`a-${worlds}`, `b-${worlds}`], `w${worlds}`];
  await opened.database.transaction((queries) => queries.execute("delete from kiwi_members"));
  const core = (member: string): Core => {
    const lost: string[] = [];
    const partition = createPartition(
      { member, address: `${member}:7001`, leaseMs: LEASE_MS, beatMs: LEASE_MS },
      {
        rows,
        clock,
        logger,
        foldersOf: (tenant) => [folderOf(tenant)],
        onHeld: () => undefined,
        onLost: (tenant) => lost.push(tenant),
      },
    );
    return { ...partition, lost };
  };
  const [a, b] = [core(ids[0] ?? ""), core(ids[1] ?? "")];
  await a.beat();
  await b.beat();
  await a.beat();
  let tenant = "";
  for (let at = 0; !a.holds(testTenant(tenant)); at += 1) {
    tenant = `${prefix}-${at}`;
    await codeAt(a, tenant);
  }
  const folder = folderOf(tenant);
  await mkdir(join(folder, ".ai"), { recursive: true });
  return {
    a,
    b,
    tenant,
    folder,
    async expire(member) {
      const past = "set expires_at = clock_timestamp() - interval '1 second'";
      await opened.database.transaction(async (queries) => {
        await queries.execute(`update kiwi_members ${past} where member = '${member}'`);
        await queries.execute(`update library_leases ${past} where holder = '${member}'`);
      });
      clock.advance(LEASE_MS);
    },
  };
}

/** `ok`, or the owner that a refusal names. */
async function codeAt(core: Core, tenant: string): Promise<unknown> {
  try {
    using _call = await core.enter(testTenant(tenant), { changes: true });
    return "ok";
  } catch (error) {
    return (error as LiluxError).details?.["owner"] ?? (error as LiluxError).code;
  }
}

// Mutants: `claim` does not look at whose the tenant is; `takeLease` gives it to whoever asks.
test("each tenant is served by one tool core of two, and the other says which", async () => {
  const { a, b } = await world();
  const [a0, b0] = [`a-${worlds}:7001`, `b-${worlds}:7001`];
  const answers: unknown[] = [];
  for (let at = 0; at < 24; at += 1) {
    const tenant = `many-${worlds}-${at}`;
    // Asked first where it may not belong.
    const second = await codeAt(b, tenant);
    const first = await codeAt(a, tenant);
    answers.push(first === "ok" ? [first, second] : [second, first]);
    expect([a0, b0]).toContain(first === "ok" ? second : first);
    expect([first, second].filter((answer) => answer === "ok")).toHaveLength(1);
  }
  expect(answers).toContainEqual(["ok", a0]);
  expect(answers).toContainEqual(["ok", b0]);
});

// Mutants: `renew` keeps what was not renewed; `leaseFor` does not look at the time.
test("of a tool core that was not heard of for a lease another takes over, and it knows when it wakes", async () => {
  const { a, b, tenant, expire } = await world();
  expect(await codeAt(b, tenant)).toBe(`a-${worlds}:7001`);
  const before = a.leaseOf(testTenant(tenant))?.token ?? 0;
  await expire(`a-${worlds}`);
  await b.beat();
  expect(await codeAt(b, tenant)).toBe("ok");
  expect(b.leaseOf(testTenant(tenant))?.token).toBeGreaterThan(before);
  expect(await codeAt(a, tenant)).toBe(`b-${worlds}:7001`);
  expect([a.lost, a.holds(testTenant(tenant))]).toEqual([[tenant], false]);
});

/** Files that wait before the step with which something lands in the library. */
function sleepyFiles(step: "rename" | "link" | "unlink") {
  const asleep = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const files: WritingFiles = {
    ...SYSTEM_FILES,
    [step]: async (...given: [string, string]) => {
      asleep.resolve();
      await woken.promise;
      return SYSTEM_FILES[step](...given);
    },
  };
  return { files, asleep: asleep.promise, wake: () => woken.resolve() };
}

// Mutant: `fenced` hands on the files as they are: what slept lands on what the next one wrote.
test.each([
  ["a replacement", "rename"],
  ["a new file", "link"],
  ["a removal", "rename"],
] as const)("%s of a tool core that slept through its lease never lands", async (what, step) => {
  const { a, b, tenant, folder, expire } = await world();
  const path = join(folder, ".ai", "item.md");
  if (what !== "a new file") await writeFile(path, "before");
  const { files, asleep, wake } = sleepyFiles(step);
  const stale = a.filesOf(testTenant(tenant), folder, files);
  const file = { path, text: "stale", mode: 0o644 };
  const work = {
    "a replacement": () => putFile(stale, { ...file, as: "replacement" }),
    "a new file": () => putFile(stale, { ...file, as: "new" }),
    "a removal": () => stale.unlink(path),
  }[what]();
  const outcome = work.then(
    () => "landed",
    (error: LiluxError) => error.code,
  );
  await asleep;
  await expire(`a-${worlds}`);
  await b.beat();
  expect(await codeAt(b, tenant)).toBe("ok");
  const now = b.filesOf(testTenant(tenant), folder, SYSTEM_FILES);
  await putFile(now, { ...file, text: "next", as: "replacement" });
  wake();
  expect(await outcome).toBe("library_unreachable");
  expect(await readFile(path, "utf8")).toBe("next");
  await expect(putFile(stale, { ...file, as: "replacement" })).rejects.toThrow("Another tool core");
  // Nothing is left beside it but the fence that stands.
  expect((await readdir(join(folder, ".ai"))).toSorted()).toEqual([".lease", "item.md"]);
  expect(await readdir(join(folder, ".ai", ".lease"))).toEqual([
    String(b.leaseOf(testTenant(tenant))?.token),
  ]);
});

// Mutants: `raiseFence` does not look for higher ones; `takeLease` leaves `above` out.
test("a lease that was given before one that already writes raises no fence, and a restored database gives a higher one", async () => {
  const { a, b, tenant, folder, expire } = await world();
  await expire(`a-${worlds}`);
  await b.beat();
  expect(await codeAt(b, tenant)).toBe("ok");
  const forget = `delete from library_leases where tenant = '${tenant}'`;
  await opened.database.transaction((queries) => queries.execute(forget));
  await b.beat();
  expect(b.holds(testTenant(tenant))).toBe(false);
  const highest = await highestFence(join(folder, ".ai"));
  await mkdir(join(folder, ".ai", ".lease", String(highest + 7)));
  expect(await codeAt(b, tenant)).toBe("ok");
  expect(b.leaseOf(testTenant(tenant))?.token).toBeGreaterThan(highest + 7);
  await expect(raiseFence(join(folder, ".ai"), highest + 1)).rejects.toThrow("Another tool core");
  expect(a.holds(testTenant(tenant)) && b.holds(testTenant(tenant))).toBe(true);
  // a has not woken yet: it finds out by itself.
  expect(await codeAt(a, tenant)).toBe(`b-${worlds}:7001`);
});

// Mutant: `renew` moves a tenant whose call runs.
test("a tenant goes to where it belongs when a tool core joins, but only once its calls are done", async () => {
  const { a, b, tenant, expire } = await world();
  await expire(`a-${worlds}`);
  await b.beat();
  const call = await b.enter(testTenant(tenant), { changes: true });
  await a.beat();
  clock.advance(60_000);
  await b.beat();
  expect(b.holds(testTenant(tenant))).toBe(true);
  expect(await codeAt(a, tenant)).toBe(`b-${worlds}:7001`);
  call[Symbol.dispose]();
  clock.advance(60_000);
  await b.beat();
  expect(b.lost).toEqual([tenant]);
  expect(await codeAt(a, tenant)).toBe("ok");
});

test("while the database is away reads go on, writes are refused, and nothing was lost", async () => {
  const { tenant, folder } = await world();
  let isAway = false;
  const away = (): Promise<never> => Promise.reject(new Error("no database"));
  const partition = createPartition(
    { member: `c-${worlds}`, address: "c:7001", leaseMs: LEASE_MS, beatMs: LEASE_MS },
    {
      rows: {
        ...rows,
        beMember: (given) => (isAway ? away() : rows.beMember(given)),
      },
      clock,
      logger,
      foldersOf: () => [folder],
      onHeld: () => undefined,
      onLost: () => undefined,
    },
  );
  const own = `${tenant}-alone`;
  (await partition.enter(testTenant(own), { changes: true }))[Symbol.dispose]();
  isAway = true;
  clock.advance(LEASE_MS);
  (await partition.enter(testTenant(own), { changes: false }))[Symbol.dispose]();
  await expect(partition.enter(testTenant(own), { changes: true })).rejects.toMatchObject({
    code: "library_unreachable",
    details: { reason: "away" },
  });
  isAway = false;
  (await partition.enter(testTenant(own), { changes: true }))[Symbol.dispose]();
});

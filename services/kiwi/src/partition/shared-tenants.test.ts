import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInProcessBus } from "@lilux/bus";
import { SYSTEM_FILES } from "@lilux/files";
import type { LiluxError } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { kiwiConfig } from "../config.ts";
import { createKiwiService, type KiwiDeps } from "../service.ts";
import { openTestDatabase } from "../testing/open-test-database.ts";

const logger = createLogger({ service: "kiwi", level: "silent" });
const PATH = ".ai/knowledge/note.md";
const text = (word: string): string => `---\ntitle: Note\n---\n${word}\n`;

// Mutants: `createSourceFolder` gets no `filesOf`; `partitionedApi` lets every tenant in.
test("a tool core that slept in the middle of a person's write says so, and what its successor wrote stays", async () => {
  await using folder = await temporaryDirectory();
  const opened = await openTestDatabase();
  const bus = createInProcessBus();
  const start = async (name: string, deps: Partial<KiwiDeps> = {}) => {
    const base = kiwiConfig({ PATH: "/usr/bin:/bin", LILUX_USER_HOME: join(folder.path, "user") });
    const config = {
      ...base,
      project: join(folder.path, "project"),
      tenantRoot: join(folder.path, "tenants"),
      stateDirectory: join(folder.path, "state"),
      advertise: `${name}:7001`,
      // Nothing here waits for it: where a lease is to end, the database is told so.
      leaseMs: 3_600_000,
    };
    const { database } = opened;
    const kiwi = createKiwiService(config, { bus, logger, database, ...deps });
    await kiwi.start();
    return kiwi;
  };
  await mkdir(join(folder.path, "project", ".ai"), { recursive: true });
  const file = join(folder.path, "tenants", "acme", PATH);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text("first"));

  const asleep = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const first = await start("first", {
    files: {
      ...SYSTEM_FILES,
      async rename(from, to) {
        if (String(to).endsWith("note.md")) {
          asleep.resolve();
          await woken.promise;
        }
        return SYSTEM_FILES.rename(from, to);
      },
    },
  });
  const update = (kiwi: typeof first, word: string, callId: string) =>
    lastOf(
      kiwi.api.execute({
        tenant: testTenant("acme"),
        callId,
        by: "person",
        tainted: false,
        arguments: {
          item_type: "knowledge",
          item_id: "note",
          action: "update",
          parameters: { content: text(word) },
        },
      }),
    );
  const stale = update(first, "stale", "call-1").catch((error: LiluxError) => error.code);
  await asleep.promise;
  await opened.database.transaction(async (queries) => {
    await queries.execute("delete from kiwi_members");
    await queries.execute("update library_leases set expires_at = clock_timestamp()");
  });
  const second = await start("second");
  await update(second, "second", "call-2");
  woken.resolve();
  expect(await stale).toBe("library_unreachable");
  expect(await readFile(file, "utf8")).toBe(text("second"));
  const load = { item_type: "knowledge", item_id: "note", source: "project" } as const;
  expect((await second.api.load({ tenant: testTenant("acme"), arguments: load })).content).toBe(
    text("second"),
  );
  for (const kiwi of [second, first]) await kiwi.stop();
  await bus.drain();
  await opened.close();
}, 120_000);

async function lastOf<T>(events: AsyncIterable<T>): Promise<T | undefined> {
  let last: T | undefined;
  for await (const event of events) last = event;
  return last;
}

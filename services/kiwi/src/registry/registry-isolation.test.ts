import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LiluxError } from "@lilux/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../testing/open-test-database.ts";
import { directiveText } from "../testing/start-kiwi.ts";
import { type StartedRegistry, startRegistry } from "../testing/start-registry.ts";

let opened: TestDatabase;
let started: StartedRegistry;
beforeAll(async () => {
  opened = await openTestDatabase();
  started = await startRegistry(opened.database);
}, 120_000);
afterAll(async () => {
  await started[Symbol.asyncDispose]();
  await opened.close();
});

const VERSIONS = ["1.0.0", "1.2.0", "1.10.0", "2.0.0"] as const;
const VISIBILITIES = ["private", "unlisted", "public"] as const;
const TENANTS = [0, 1, 2] as const;
const ITEMS = ["alpha", "beta"] as const;

const operation = fc.record({
  kind: fc.constantFrom("publish", "publish", "publish", "yank", "unyank", "show"),
  tenant: fc.constantFrom(...TENANTS),
  item: fc.constantFrom(...ITEMS),
  version: fc.constantFrom(...VERSIONS),
  visibility: fc.option(fc.constantFrom(...VISIBILITIES), { nil: undefined }),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface ModelItem {
  visibility: (typeof VISIBILITIES)[number];
  /** By version: yanked or not. */
  versions: Map<string, boolean>;
}
/** What the registry promises, in a few lines. By `tenant item`. */
type Model = Map<string, ModelItem>;

/** Changes the model; the error code that the operation ends with, or undefined. */
function applyTo(
  model: Model,
  { kind, tenant, item, version, visibility }: Operation,
): string | undefined {
  const key = `${tenant} ${item}`;
  const known = model.get(key);
  if (kind === "publish") {
    if (known?.versions.has(version) === true) return "version_exists";
    const entry = known ?? { visibility: "private", versions: new Map<string, boolean>() };
    entry.versions.set(version, false);
    entry.visibility = visibility ?? entry.visibility;
    model.set(key, entry);
    return undefined;
  }
  if (known === undefined) return "item_not_found";
  if (kind === "show") {
    known.visibility = visibility ?? "public";
    return undefined;
  }
  if (!known.versions.has(version)) return "item_not_found";
  known.versions.set(version, kind === "yank");
  return undefined;
}

interface Run {
  names: string[];
  /** A word that only this run's items have. */
  word: string;
}

function textOf({ names, word }: Run, { tenant, item, version }: Operation): string {
  return directiveText(item)
    .replace("<description>", `<description>${word} of ${names[tenant]} `)
    .replace('version="1.0.0"', `version="${version}"`);
}

async function perform(run: Run, given: Operation): Promise<string | undefined> {
  const tenant = run.names[given.tenant] ?? "";
  const folder = join(started.path, "tenants", tenant, ".ai", "directives");
  mkdirSync(folder, { recursive: true });
  for (const item of ITEMS)
    writeFileSync(join(folder, `${item}.md`), textOf(run, { ...given, item }));
  const { kind, version, visibility } = given;
  const parameters = {
    publish: { visibility },
    yank: { yank: version },
    unyank: { unyank: version },
    show: { set_visibility: visibility ?? "public" },
  }[kind];
  const call = { item_type: "directive", item_id: given.item, action: "publish" } as const;
  return started
    .execute(tenant, { ...call, parameters: JSON.parse(JSON.stringify(parameters)) })
    .then(
      () => undefined,
      (error: LiluxError) => error.code,
    );
}

function newestOf(item: ModelItem | undefined): string | undefined {
  return VERSIONS.findLast((version) => item?.versions.get(version) === false);
}

async function assertView(run: Run, model: Model, viewer: number): Promise<void> {
  const tenant = run.names[viewer] ?? "";
  const type = { item_type: "directive", source: "registry" } as const;
  const listed: string[] = [];
  for (const owner of TENANTS) {
    for (const name of ITEMS) {
      const item = model.get(`${owner} ${name}`);
      const id = `@${run.names[owner]}/${name}`;
      const mayOpen = item !== undefined && (owner === viewer || item.visibility !== "private");
      const newest = mayOpen ? newestOf(item) : undefined;
      const mayFind = owner === viewer || item?.visibility === "public";
      if (newest !== undefined && mayFind) listed.push(id);
      const opens = (version?: string) =>
        started
          .load(tenant, { ...type, item_id: id, ...(version === undefined ? {} : { version }) })
          .then(
            ({ registry, content }) => [registry?.version, content],
            (error: LiluxError) => [error.code],
          );
      const operation = {
        kind: "publish",
        tenant: owner,
        item: name,
        visibility: undefined,
      } as const;
      const expected = (version: string | undefined) =>
        version === undefined
          ? ["item_not_found"]
          : [version, textOf(run, { ...operation, version: version as "1.0.0" })];
      expect(await opens()).toEqual(expected(newest));
      for (const version of VERSIONS) {
        const isThere = mayOpen && item.versions.has(version);
        expect(await opens(version)).toEqual(expected(isThere ? version : undefined));
      }
    }
  }
  const found = await started.search(tenant, { ...type, query: run.word, limit: 100 });
  expect(found.results.map((hit) => hit.qualified_id).sort()).toEqual(listed.sort());
}

// Mutants: `isFindableBy` or `isOpenTo` without its namespace, with one visibility more or less;
// `chooseVersion` that takes yanked ones; a publish that resets the visibility.
it("whatever tenants publish, yank and show, each sees exactly what it may, in the right version", async () => {
  const property = fc.asyncProperty(
    fc.array(operation, { minLength: 1, maxLength: 14 }),
    async (operations) => {
      const word = `word${randomBytes(6).toString("hex")}`;
      const names = TENANTS.map((tenant) => `t${tenant}-${randomBytes(5).toString("hex")}`);
      const run: Run = { names, word };
      const model: Model = new Map();
      for (const given of operations) {
        expect(await perform(run, given)).toBe(applyTo(model, given));
      }
      for (const viewer of TENANTS) await assertView(run, model, viewer);
    },
  );
  await fc.assert(property, { numRuns: 25 });
}, 120_000);

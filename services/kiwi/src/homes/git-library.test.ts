import { createHmac } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createLibraryRows } from "@lilux/database";
import {
  type ExecuteResult,
  type LibraryPlace,
  type LibraryRecord,
  LiluxError,
  type Mandate,
} from "@lilux/protocol";
import {
  eventually,
  type TemporaryDirectory,
  temporaryDirectory,
  testTenant,
} from "@lilux/testkit";
import { createGitOrigin, type GitOrigin } from "@lilux/testkit/companies";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { KiwiConfig } from "../config.ts";
import { openTestDatabase, type TestDatabase } from "../testing/open-test-database.ts";
import { type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";
import { yesTo } from "../testing/yes.ts";

// Each of git's programs takes its time on busy cores.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
const PATIENT = { withinMs: 120_000 };
const NOTE = "---\ntitle: Tides\ndescription: When the water comes.\n---\n\nTwice a day.\n";

let database: TestDatabase;
let folder: TemporaryDirectory;
beforeAll(async () => {
  database = await openTestDatabase();
  folder = await temporaryDirectory();
}, 60_000);
afterAll(async () => {
  await database.close();
  await folder.remove();
});

interface Stage extends AsyncDisposable {
  started: StartedKiwi;
  origin: GitOrigin;
  tenant: string;
  /** Does something to an item as Ada. */
  execute(
    action: "create" | "update" | "delete",
    id: string,
    parameters?: object,
  ): Promise<ExecuteResult>;
  ids(): Promise<string[]>;
  move(place: LibraryPlace, adopt?: boolean): Promise<LibraryRecord>;
  library(): Promise<LibraryRecord>;
  /** As a Git server tells of a push. */
  push(body?: string, signature?: string): Promise<unknown>;
}

let stages = 0;

/** A tool core, and a tenant of its own with a bare repository beside it. */
async function stage(config: Partial<KiwiConfig> = {}): Promise<Stage> {
  stages += 1;
  const tenant = `acme-${stages}`;
  const path = join(folder.path, tenant);
  await mkdir(join(path, "tenants"), { recursive: true });
  const origin = await createGitOrigin(path);
  const gitAllow = { files: true, privateAddresses: false, plainHttp: false };
  const settings = { tenantRoot: join(path, "tenants"), gitAllow, libraryLookMs: 20, ...config };
  const started = await startKiwi({}, settings, { database: database.database });
  const { api } = started.kiwi;
  const mandate: Mandate = {
    tenant: testTenant(tenant),
    person: "p_1",
    name: "Ada Lovelace",
    verbs: new Set(["read", "run", "write", "confirm", "admin"]),
  };
  let calls = 0;
  async function once(
    action: "create" | "update" | "delete",
    id: string,
    parameters: object,
    yes?: object,
  ) {
    calls += yes === undefined ? 1 : 0;
    const given = {
      item_type: "knowledge" as const,
      item_id: id,
      action,
      parameters: { ...parameters },
    };
    const origin = { sessionId: "s", turnId: `turn-${calls}` };
    const request = {
      tenant: testTenant(tenant),
      callId: `call-${calls}`,
      by: "person" as const,
      tainted: false,
    };
    const all = { ...request, origin, arguments: given, ...yes };
    for await (const event of api.execute(all, { mandate, deadlineMs: 60_000 })) {
      if (event.type === "result") return event.result;
    }
    throw new Error("no result");
  }
  const options = { mandate, deadlineMs: 60_000 };
  const library = () => api.library({ tenant: testTenant(tenant), ask: { kind: "show" } }, options);
  return {
    started,
    origin,
    tenant,
    async execute(action, id, parameters = {}) {
      try {
        return await once(action, id, parameters);
      } catch (error) {
        if (!(error instanceof LiluxError) || error.code !== "confirm_required") throw error;
        return once(action, id, parameters, { confirmation: yesTo(error) });
      }
    },
    async ids() {
      const { items } = await api.listItems({ tenant: testTenant(tenant) }, options);
      return items.map(({ qualified_id }) => qualified_id).sort();
    },
    async move(place, adopt = false) {
      await api.library(
        { tenant: testTenant(tenant), ask: { kind: "move", place, adopt } },
        options,
      );
      return eventually(async () => {
        const record = await api.library(
          { tenant: testTenant(tenant), ask: { kind: "show" } },
          options,
        );
        if (record.state === "moving") throw new Error("still on its way");
        return record;
      }, PATIENT);
    },
    async push(text = "{}", signature) {
      const { hookSecret = "" } = await library();
      const made = createHmac("sha256", hookSecret).update(text).digest("hex");
      const ask = { kind: "pushed", body: Buffer.from(text).toString("base64") } as const;
      return api.library({
        tenant: testTenant(tenant),
        ask: { ...ask, signature: signature ?? `sha256=${made}` },
      });
    },
    library,
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]();
    },
  };
}

const body = (text: string) => ({
  title: "Tides",
  description: "When the water comes.",
  body: text,
});

// Mutants: `readLibrarySecret` looks into the folder first; `open` gives a script whatever it names.
test("a library signs in with a secret that its tenant's admin set, which is sealed, and no script is given it", async () => {
  const stateDirectory = join(folder.path, `state-${stages}`);
  await using at = await stage({ stateDirectory });
  const { api } = at.started.kiwi;
  const name = "GIT_LIBRARY_TOKEN";
  await at.origin.push({ ".ai/knowledge/tides.md": NOTE });
  const signIn = { kind: "token", secret: name } as const;
  const place = { kind: "git", url: at.origin.url, branch: "main", signIn } as const;
  const refused = await at.move(place);
  expect(refused).toMatchObject({ state: "refused", place: { kind: "folder" } });
  expect(refused.problem).toContain(`lilux secrets set ${name}`);
  const { tenant } = at;
  await api.secrets({
    tenant: testTenant(tenant),
    action: "set",
    name,
    by: "ada",
    value: "correct-horse",
  });
  const record = await at.move(place);
  expect(record).toMatchObject({ state: "ready", place: { kind: "git" } });
  expect(JSON.stringify(record)).not.toContain("correct-horse");
  const dump = await database.database.transaction((queries) =>
    queries.execute(`select sealed from tenant_secrets where tenant = '${tenant}'`),
  );
  expect(JSON.stringify(dump)).not.toContain("correct-horse");
});

// Mutants: `pushed` answers an unknown tenant otherwise, or looks before it checks; `check` takes what lies there.
test("whoever signs wrongly is told no more than of a tenant that is not there, and a change of what somebody pushed meanwhile is a conflict", async () => {
  await using at = await stage({ libraryPullSeconds: 3_600 });
  await at.origin.push({ ".ai/knowledge/tides.md": NOTE });
  await at.move({ kind: "git", url: at.origin.url, branch: "main" });
  await eventually(async () => expect(await at.ids()).toEqual(["tides"]), PATIENT);
  const rows = createLibraryRows(database.database);
  const looks = async () => (await rows.signs([testTenant(at.tenant)]))[0]?.looks;
  const before = await looks();
  const told = async (work: Promise<unknown>) =>
    LiluxError.from(await work.catch((error) => error));
  const wrong = await told(at.push("{}", `sha256=${"0".repeat(64)}`));
  const ask = { kind: "pushed", body: "", token: "guess" } as const;
  const unknown = await told(at.started.kiwi.api.library({ tenant: testTenant("nobody"), ask }));
  expect(wrong.toBody()).toEqual(unknown.toBody());
  expect([wrong.code, await looks()]).toEqual(["unauthenticated", before]);

  // Nothing told it: what somebody else pushed meanwhile is met by the write.
  const theirs = NOTE.replace("Twice", "Once");
  await at.origin.push({ ".ai/knowledge/tides.md": theirs });
  await expect(at.execute("update", "tides", body("Mine."))).rejects.toMatchObject({
    code: "item_conflict",
    details: { field: "expectedSha256" },
  });
  expect(await at.origin.git("show", "main:.ai/knowledge/tides.md")).toBe(theirs.trim());
  await at.execute("update", "tides", body("Mine."));
  expect(await at.origin.git("show", "main:.ai/knowledge/tides.md")).toContain("Mine.");
});

// Mutant: `isDue` is never.
test("what was pushed is found by the interval where no Git server tells of it", async () => {
  await using often = await stage({ libraryPullSeconds: 0 });
  await often.origin.push({ ".ai/knowledge/tides.md": NOTE });
  await often.move({ kind: "git", url: often.origin.url, branch: "main" });
  await often.origin.push({ ".ai/knowledge/wind.md": NOTE });
  await eventually(async () => expect(await often.ids()).toEqual(["tides", "wind"]), PATIENT);
});

test("a library in Git is read from its branch, a write is a commit in the person's name, and a push is taken in as a change", async () => {
  await using at = await stage();
  const { origin } = at;
  await origin.push({ ".ai/knowledge/tides.md": NOTE, "README.md": "Ours.\n" });
  const record = await at.move({ kind: "git", url: origin.url, branch: "main" });
  expect(record).toMatchObject({ state: "ready", place: { kind: "git" } });
  await eventually(async () => expect(await at.ids()).toEqual(["tides"]), PATIENT);

  await at.execute("create", "sea/moon", body("It pulls."));
  expect(await origin.git("log", "-1", "--format=%an <%ae>%n%s", "main")).toBe(
    `Ada Lovelace <p_1@${at.tenant}.lilux.invalid>\nCreate knowledge sea/moon`,
  );
  expect(await origin.git("log", "-1", "--format=%b", "main")).toContain("Turn: turn-1");
  expect(await origin.git("show", "main:.ai/knowledge/sea/moon.md")).toContain("It pulls.");
  expect(await origin.git("show", "main:README.md")).toBe("Ours.");

  const before = at.started.changes.length;
  await origin.push({ ".ai/knowledge/wind.md": NOTE, ".ai/knowledge/tides.md": null });
  await at.push();
  await eventually(async () => expect(await at.ids()).toEqual(["sea/moon", "wind"]), PATIENT);
  const keys = at.started.changes.slice(before).flatMap(({ changed }) => changed);
  expect(keys).toEqual(expect.arrayContaining(["knowledge:wind", "knowledge:tides"]));

  await at.execute("delete", "wind");
  expect(await origin.git("ls-tree", "-r", "--name-only", "main", "--", ".ai/knowledge")).toBe(
    ".ai/knowledge/sea/moon.md",
  );
});

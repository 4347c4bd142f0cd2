import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildOpenApi } from "./build-openapi.ts";

const FILE = join(import.meta.dirname, "..", "..", "..", "docs", "openapi.json");

interface Described {
  paths: Record<string, Record<string, { operationId?: string; tags?: string[] }>>;
  components: { schemas: Record<string, unknown> };
}

// Mutants: `ownText` without an id of its own; a schema of NAMED_SCHEMAS that stands nowhere.
test("the published description of REST is the one that a gateway gives, and lacks no operation's words", async () => {
  const built = (await buildOpenApi()) as Described;
  const published: unknown = JSON.parse(readFileSync(FILE, "utf8"));
  expect(published, "run `npm run docs:openapi`").toEqual(built);
  const operations = Object.entries(built.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, at: `${method} ${path}` })),
  );
  expect(operations.filter(({ operationId, tags }) => !operationId || tags?.length !== 1)).toEqual(
    [],
  );
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const text = JSON.stringify(built);
  const unused = Object.keys(built.components.schemas).filter(
    (name) => !text.includes(`"#/components/schemas/${name}"`),
  );
  expect(unused).toEqual([]);
});

import { expect, test } from "vitest";
import { readSourceFiles } from "./source-files.ts";

/** Where a `Tenant` is made, and of what. One more is a question for a review. */
const SEAMS: Readonly<Record<string, string>> = {
  "apps/lilux/src/commands/registry.ts": "whoever has the instance's own state folder",
  "apps/lilux/src/commands/restore-tenant.ts":
    "whoever has a backup, and the databases that it is for",
  "packages/bus/src/subject-tenant.ts":
    "a subject of the bus, which only those may publish on whom its users let",
  "packages/database/src/tenant-column.ts": "a row, which was written for one",
  "packages/protocol/src/tenant.ts": "where it is declared, and `local`",
  "packages/rpc/src/claims/claim-tokens.ts": "the gateway's claim",
  "packages/rpc/src/serve-kiwi.ts": "a request whose claim was looked at",
  "packages/rpc/src/serve-orchestrator.ts": "a turn whose claim was looked at",
  "packages/runtime/src/read-tenants.ts": "the operator, who names some in a setting",
  "services/gateway/src/access/api-keys.ts": "a key of the operator's file",
  "services/gateway/src/access/resume-tokens.ts": "a token of the gateway's own",
  "services/gateway/src/access/tickets.ts": "a ticket",
  "services/gateway/src/http/admin/admin-context.ts": "a route behind a verb of that tenant",
  "services/gateway/src/http/git-hook-route.ts":
    "a hook of a Git server: the tool core asks for the signature of that tenant's library",
  "services/gateway/src/http/registry-routes.ts":
    "a namespace of which is asked whether it is somebody's name, and nothing else",
  "services/kiwi/src/door/parsers.ts":
    "the tool core's door: what its caller had verified, for its form once more",
  "services/kiwi/src/registry/orders/named-tenant.ts":
    "whom the operator names in an order, or an admin their own",
  "services/orchestrator/src/model/admission/visit.ts":
    "what no turn asked for: a book of spending of its own",
  "services/router/src/predict/line-router.ts":
    "lines that are judged without a library of anybody's: a cache of its own",
};

const MAKES =
  /\b(?:verifiedTenant|ofVerifiedTenant)\b(?!,|\s*\})|as Tenant\b|(?:Unsafe|\$type)<Tenant>|\bis [^{;]*\{ tenant: Tenant \}/;

test("a tenant is made of what was verified, in the places that are named and in no others", () => {
  const making = readSourceFiles()
    .filter(({ path }) => !/\.test\.ts$|\/testing\/|^(?:bench|tests|tools)\//.test(path))
    .filter(({ path }) => !path.startsWith("packages/testkit/"))
    .filter(({ text }) => MAKES.test(text))
    .map(({ path }) => path);
  expect(making.sort()).toEqual(Object.keys(SEAMS).sort());
});

// Nobody who serves anything could: packages and services do not depend on the test kit, but for their tests.
test("tests name a tenant by one helper of the test kit, and nothing that is served uses it", () => {
  const naming = readSourceFiles().filter(({ text }) => /\btestTenant\b/.test(text));
  const isTest = (path: string): boolean =>
    /\.test\.ts$|\/testing\/|\/examples\/|^(?:bench|tests|tools|packages\/testkit)\//.test(path);
  expect(naming.length).toBeGreaterThan(50);
  expect(naming.map(({ path }) => path).filter((path) => !isTest(path))).toEqual([]);
  const ownMakers = readSourceFiles()
    .filter(({ path }) => /\.test\.ts$/.test(path) && !path.startsWith("tools/tidy/"))
    .filter(({ text }) => /\bverifiedTenant\(|as Tenant\b/.test(text));
  expect(ownMakers.map(({ path }) => path)).toEqual([]);
});

import { expect, test } from "vitest";
import { readSourceFiles } from "./source-files.ts";

/** Where a `Tenant` is made, and of what. One more is a question for a review. */
const SEAMS: Readonly<Record<string, string>> = {
  "packages/database/src/flywheel/tenant-work.ts":
    "whatever the flywheel's store is told: a text still",
  "packages/protocol/src/tenant.ts": "where it is declared",
  "packages/rpc/src/claims/claim-tokens.ts": "the gateway's claim",
  "services/gateway/src/access/caller.ts": "no keys: `local`, or a key of the file",
  "services/gateway/src/access/entry.ts": "a key, a sign-in",
  "services/gateway/src/access/resume-tokens.ts": "a token of the gateway's own",
  "services/gateway/src/access/tickets.ts": "a ticket",
  "services/gateway/src/approvals/approvals.ts": "an answer that a gateway signed",
  "services/gateway/src/http/admin/library-routes.ts": "a route behind a verb of that tenant",
  "services/gateway/src/settings/check-models.ts":
    "the same: what it may be answered by is asked for the tenant of the route",
};

test("a tenant is made of what was verified, in the places that are named and in no others", () => {
  const making = readSourceFiles()
    .filter(({ path }) => !/\.test\.ts$|\/testing\/|^(?:bench|tests|tools)\//.test(path))
    .filter(({ text }) => /\bverifiedTenant\(|as Tenant\b|Unsafe<Tenant>/.test(text))
    .map(({ path }) => path);
  expect(making.sort()).toEqual(Object.keys(SEAMS).sort());
});

import type { Grant } from "@lilux/protocol";
import { expect, test } from "vitest";
import { intersectGrants } from "./intersect-grants.ts";

const grant = (verb: string, attributes: Record<string, string>): Grant => ({ verb, attributes });

test("a nested directive gets no grant that its caller lacks", () => {
  const caller = [grant("execute", { resource: "script", id: "report" })];
  const own = [
    grant("execute", { resource: "script", id: "*" }),
    grant("write", { resource: "filesystem", path: "**" }),
  ];
  expect(intersectGrants(caller, own)).toEqual([
    grant("execute", { resource: "script", id: "report" }),
  ]);
});

test("of two paths the inner one stays, and one that climbs out is dropped", () => {
  const caller = [grant("read", { path: "data/**" })];
  expect(intersectGrants(caller, [grant("read", { path: "data/mail/*" })])).toEqual([
    grant("read", { path: "data/mail/*" }),
  ]);
  expect(intersectGrants(caller, [grant("read", { path: "data/../etc" })])).toEqual([]);
});

test("what either denies stays denied", () => {
  const deny = grant("deny", { resource: "script", id: "purge" });
  expect(intersectGrants([grant("execute", {}), deny], [grant("execute", {})])).toContainEqual(
    deny,
  );
});

test("an empty list of the caller grants nothing, and a person's own call restricts nothing", () => {
  const own = [grant("execute", { resource: "script" })];
  expect(intersectGrants([], own)).toEqual([]);
  expect(intersectGrants(undefined, own)).toEqual(own);
});

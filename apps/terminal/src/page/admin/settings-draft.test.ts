import type { TenantSettings } from "@lilux/protocol";
import { expect, test } from "vitest";
import { changeOf, draftOf } from "./settings-draft.ts";

const ALL: TenantSettings = {
  approvals: { destructive: "second-person" },
  thresholds: "strict",
  speculation: "off",
  consent: "redacted",
  scriptEffects: ["read"],
  scriptPackages: ["requests"],
  scriptHosts: ["api.example.com", "*.example.org:8443"],
  modelPool: "main",
  adapter: "acme-7",
  retention: { days: 90 },
};

test("a form that nobody touched changes nothing, whatever is set", () => {
  for (const settings of [{}, ALL, { scriptEffects: [], scriptHosts: [] }]) {
    expect(changeOf(draftOf(settings), settings)).toBeUndefined();
  }
});

// Mutant: an emptied field is left out of the change.
test("each setting can be set, and taken back by emptying it", () => {
  expect(changeOf(draftOf(ALL), {})).toEqual(ALL);
  const emptied = changeOf(draftOf({}), ALL);
  expect(emptied).toEqual(Object.fromEntries(Object.keys(ALL).map((name) => [name, null])));
});

// Mutant: an empty list is taken for none.
test("nothing at all is another choice than all that the server allows", () => {
  const draft = { ...draftOf({}), scriptEffects: [] };
  const none = { ...draft, listed: { scriptPackages: "", scriptHosts: undefined } };
  expect(changeOf(none, {})).toEqual({ scriptEffects: [], scriptPackages: [] });
});

test("only what was changed is sent", () => {
  const draft = draftOf(ALL);
  expect(changeOf({ ...draft, retentionDays: "30" }, ALL)).toEqual({ retention: { days: 30 } });
  const hosts = { ...draft.listed, scriptHosts: "api.example.com, b.example.com\n" };
  expect(changeOf({ ...draft, listed: hosts }, ALL)).toEqual({
    scriptHosts: ["api.example.com", "b.example.com"],
  });
});

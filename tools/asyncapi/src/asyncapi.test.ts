import { readFileSync } from "node:fs";
import { join } from "node:path";
import { untypedEnums } from "@lilux/testkit";
import { expect, test } from "vitest";
import { buildAsyncApi } from "./build-asyncapi.ts";

test("the published description of the socket is the one its schemas give", () => {
  const file = join(import.meta.dirname, "..", "..", "..", "docs", "asyncapi.json");
  const published: unknown = JSON.parse(readFileSync(file, "utf8"));
  expect(published, "run `npm run docs:asyncapi`").toEqual(buildAsyncApi());
});

test("every closed choice of the socket says its type", () => {
  expect(untypedEnums(buildAsyncApi())).toEqual([]);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ServerFrame } from "@lilux/protocol";
import { untypedEnums } from "@lilux/testkit";
import { expect, test } from "vitest";
import { buildAsyncApi } from "./build-asyncapi.ts";
import { renderPythonErrors } from "./render-python-errors.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

test("the published description of the socket is the one its schemas give", () => {
  const file = join(ROOT, "docs", "asyncapi.json");
  const published: unknown = JSON.parse(readFileSync(file, "utf8"));
  expect(published, "run `npm run docs:asyncapi`").toEqual(buildAsyncApi());
});

test("every closed choice of the socket says its type", () => {
  expect(untypedEnums(buildAsyncApi())).toEqual([]);
});

test("the Python client's table of errors is the protocol's", () => {
  const file = join(ROOT, "clients", "python", "src", "lilux_client", "error_table.py");
  expect(readFileSync(file, "utf8"), "run `npm run docs:asyncapi`").toBe(renderPythonErrors());
});

test("every event of a turn, and every frame beside them, is in the description of the socket", () => {
  const { channels } = buildAsyncApi() as {
    channels: { session: { messages: Record<string, unknown> } };
  };
  const described = new Set(Object.keys(channels.session.messages));
  const sent = (ServerFrame as unknown as { anyOf: object[] }).anyOf.flatMap(typesOf);
  expect(sent.filter((type) => !described.has(type))).toEqual([]);
  expect(sent.length).toBeGreaterThan(12);
});

/** The `type` of a frame's schema, or of each of a union. */
function typesOf(schema: object): string[] {
  const { anyOf, properties } = schema as {
    anyOf?: object[];
    properties?: { type: { const: string } };
  };
  return anyOf?.flatMap(typesOf) ?? (properties === undefined ? [] : [properties.type.const]);
}

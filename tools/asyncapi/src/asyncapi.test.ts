import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ClientFrame, ServerFrame } from "@lilux/protocol";
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

// Mutant: `thought-delta` left out, as it once was.
test("every frame that a gateway or a client may send is described, each in words of its own", () => {
  const { messages } = (buildAsyncApi() as { channels: { session: { messages: object } } }).channels
    .session;
  const named = (schema: unknown): string[] =>
    JSON.parse(JSON.stringify(schema), (_, value: unknown) => value).anyOf.flatMap(
      (form: { anyOf?: unknown; properties?: { type: { const: string } } }) =>
        form.anyOf === undefined ? [form.properties?.type.const] : named(form),
    );
  expect(Object.keys(messages).toSorted()).toEqual(
    [...new Set([...named(ClientFrame), ...named(ServerFrame)])].toSorted(),
  );
  const summaries = Object.values(messages).map(({ summary }: { summary: string }) => summary);
  expect(new Set(summaries).size).toBe(summaries.length);
  expect(Object.keys(messages).filter((name) => summaries.includes(name))).toEqual([]);
});

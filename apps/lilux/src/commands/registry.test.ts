import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import type { CommandContext } from "../command-context.ts";
import type { Print } from "../output/create-print.ts";
import { registryKeys, registryPin, registryUnpin } from "./registry.ts";

const KEY = `ed25519:${"A".repeat(43)}`;
const OTHER = `ed25519:${"B".repeat(43)}`;

async function context(): Promise<{ given: CommandContext; said: string[] }> {
  const { path } = await temporaryDirectory();
  const state = join(path, "state");
  mkdirSync(state);
  const said: string[] = [];
  const print: Print = (text) => void said.push(String(text));
  return { given: { env: { LILUX_STATE_DIR: state }, json: true, print }, said };
}

test("keys that are pinned are listed, and those that are unpinned are not", async () => {
  const { given, said } = await context();
  const options = { tenant: "local" };
  for (const key of [KEY, OTHER, KEY]) await registryPin(given, ["acme", key], options);
  await registryUnpin(given, ["acme", KEY], options);
  await registryKeys(given, [], options);
  const pinned = [{ namespace: "acme", keyIds: [OTHER] }];
  expect(JSON.parse(said.at(-1) ?? "")).toEqual({ tenant: "local", own: null, pinned });
});

test("what cannot be pinned is refused by its name", async () => {
  const { given } = await context();
  const refused = async (work: Promise<unknown>) => {
    const error = await work.catch((thrown: unknown) => thrown);
    return error instanceof LiluxError ? error.details?.["field"] : "nothing";
  };
  const options = { tenant: "local" };
  const fields = [
    await refused(registryPin(given, ["@acme", KEY], options)),
    await refused(registryPin(given, ["../acme", KEY], options)),
    await refused(registryPin(given, ["acme", "abc"], options)),
    await refused(registryPin(given, ["acme", KEY], { tenant: "../x" })),
    await refused(registryUnpin(given, ["acme", KEY], options)),
    await refused(registryKeys(given, [], { ...options, state: "/nowhere" })),
  ];
  expect(fields).toEqual(["namespace", "namespace", "key-id", "tenant", "key-id", "state"]);
});

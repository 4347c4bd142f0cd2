import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { phrasings } from "./library-show.ts";
import { teach } from "./library-teach.ts";

const item = (id: string, given: object = {}) => ({
  key: `script:ops/${id}`,
  textHash: `hash-${id}`,
  authored: 0,
  lines: [],
  ...given,
});
const TAUGHT = { lines: ["drain it"], model: "m", at: Date.UTC(2026, 1, 3) };
const LISTED = {
  total: 4,
  taught: 1,
  authored: 1,
  open: 1,
  teaching: { state: "off" },
  items: [
    item("open"),
    item("taught", TAUGHT),
    item("authored", { authored: 12 }),
    item("forgotten", { forgotten: true }),
  ],
};

/** An instance that knows these items, and what it was asked. */
async function instance(refuseFrom = Number.POSITIVE_INFINITY) {
  const asked: { method: string | undefined; body: { items: { item_id: string }[] } }[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === "GET") return void response.end(JSON.stringify(LISTED));
    let text = "";
    for await (const piece of request) text += String(piece);
    const body = JSON.parse(text) as { items: { item_id: string }[] };
    asked.push({ method: request.method, body });
    if (asked.length >= refuseFrom) {
      const error = { code: "budget_exhausted", message: "Used up.", retryable: true };
      return void response.writeHead(429).end(JSON.stringify(error));
    }
    const items = body.items.map(({ item_id }) => ({
      key: `script:${item_id}`,
      lines: ["flush it"],
      dropped: [{ line: "for <x>", fault: "placeholder" }],
      kept: true,
    }));
    response.end(JSON.stringify({ model: "m", tokens: 7, items }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const printed: string[] = [];
  const context = {
    env: { LILUX_URL: `http://127.0.0.1:${port}` },
    json: false,
    print: (text: unknown) => void printed.push(String(text)),
  };
  return { asked, context, printed };
}

const idsOf = ({ body }: { body: { items: { item_id: string }[] } }) =>
  body.items.map(({ item_id }) => item_id);

test.each<[string, Record<string, unknown>, string[]]>([
  ["items that nobody wrote for", {}, ["ops/open"]],
  [
    "all but those of their author, with --all",
    { all: true },
    ["ops/open", "ops/taught", "ops/forgotten"],
  ],
  ["one, with --item", { item: "script:ops/taught" }, ["ops/taught"]],
])("teaches %s", async (_what, options, ids) => {
  const { asked, context, printed } = await instance();
  expect(await teach(context, [], options)).toBe(0);
  expect(asked.flatMap(idsOf)).toEqual(ids);
  expect(printed.at(-1)).toContain(`${ids.length} items have`);
});

test("what is taught stays when it is broken off, and it says why", async () => {
  const { context, printed } = await instance(2);
  const path = await fileOf(Array.from({ length: 6 }, (_, at) => `thing${at}`));
  expect(await teach(context, [], { from: path })).toBe(1);
  expect(printed.join("\n")).toMatch(/4 items have 4 lines[\s\S]*It stopped there: Used up\./);
});

test("a file of what was learnt is written to be shipped, and is taken over as it is", async () => {
  const { asked, context } = await instance();
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "phrasings.json");
  await teach(context, [], { write: path });
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
    phrasings: 1,
    items: {
      "script:ops/taught": {
        textHash: "hash-taught",
        model: "m",
        written: "2026-02-03",
        lines: ["drain it"],
      },
    },
  });
  await teach(context, [], { from: path });
  const taken = { item_type: "script", item_id: "ops/taught", textHash: "hash-taught" };
  expect(asked.at(-1)).toEqual({
    method: "PUT",
    body: { model: "m", items: [{ ...taken, lines: ["drain it"] }] },
  });
});

test("a file that is none is named, and so is an item that is named wrongly", async () => {
  const { context } = await instance();
  await expect(teach(context, [], { from: "/nowhere/phrasings.json" })).rejects.toMatchObject({
    code: "invalid_request",
    message: expect.stringContaining("/nowhere/phrasings.json") as string,
  });
  await expect(teach(context, [], { item: "flush" })).rejects.toMatchObject({
    message: expect.stringContaining("script:ops/flush") as string,
  });
});

test("lists what was learnt, from whom and when, and how far that has come", async () => {
  const { context, printed } = await instance();
  await phrasings(context, []);
  expect(printed.join("\n")).toMatch(/script:ops\/taught.*by m, 2026-02-03[\s\S]*drain it/);
  expect(printed.at(-1)).toContain("4 items: 1 taught by a model, 1 by their author, 1 by nobody");
});

async function fileOf(ids: readonly string[]): Promise<string> {
  const folder = await temporaryDirectory();
  onTestFinished(() => folder.remove());
  const path = join(folder.path, "phrasings.json");
  const known = { textHash: "h", model: "m", written: "2026-02-03", lines: ["do it now"] };
  const items = Object.fromEntries(ids.map((id) => [`script:ops/${id}`, known]));
  await writeFile(path, JSON.stringify({ phrasings: 1, items }));
  return path;
}

import { FRAME_SIZES } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { createLiluxClient } from "./create-lilux-client.ts";
import { startScriptedGateway } from "./testing/scripted-gateway.ts";

const soon = { withinMs: 20_000 };
const padding = { tickMs: 40, sizes: [...FRAME_SIZES] };
const isOfClass = (size: number): boolean => FRAME_SIZES.some((wanted) => wanted === size);

async function serve() {
  const server = await startScriptedGateway();
  onTestFinished(() => server.stop());
  return server;
}

test("where the server says so all that is typed and committed leaves in sizes of a class, again after a reconnect", async () => {
  const server = await serve();
  const client = createLiluxClient({
    url: server.url,
    WebSocket,
    padded: true,
    backoff: { firstMs: 10, maxMs: 50 },
  });
  onTestFinished(() => client.close());
  const first = await server.connection();
  expect(first.hello).toMatchObject({ type: "hello", padded: true });
  first.start({ padding });
  await client.ready();
  for (const line of ["f", "fi", `find invoices of ${"日本 ".repeat(300)}`]) client.type(line);
  await eventually(() => first.frames.some(({ seq }) => seq === 3), soon);
  client.submit("find invoices", { turnId: "t1" });
  client.feedback("t1", "up", "good");
  await eventually(() => first.frames.some(({ type }) => type === "feedback"), soon);
  expect(first.sizes.filter((size) => !isOfClass(size))).toEqual([]);
  first.cut();
  const second = await server.connection();
  second.start({ padding, recovered: true });
  // Never accepted, so it is sent again.
  await eventually(() => second.frames.some(({ turnId }) => turnId === "t1"), soon);
  expect(second.sizes.filter((size) => !isOfClass(size))).toEqual([]);
});

test("without a word of the server frames leave as they are", async () => {
  const server = await serve();
  const client = createLiluxClient({ url: server.url, WebSocket });
  onTestFinished(() => client.close());
  const connection = await server.connection();
  expect(connection.hello).not.toHaveProperty("padded");
  connection.start();
  await client.ready();
  client.type("find");
  await eventually(() => connection.frames.length === 1, soon);
  expect(connection.sizes).toEqual([
    JSON.stringify({ type: "keystroke", seq: 1, text: "find" }).length,
  ]);
});

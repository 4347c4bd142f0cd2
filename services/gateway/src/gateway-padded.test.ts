import { FRAME_SIZES } from "@lilux/protocol";
import { expect, test } from "vitest";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import { openSocket } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

const route: Parameters<typeof startForTest>[0] = {
  route: (request) => predictionOf(request, [searchFor(request.text)]),
};

test.each([
  ["a session that asks for it", {}, { padded: true }],
  ["every session where the server says so", { sessions: "all", tickMs: 40 }, {}],
] as const)(
  "%s is answered in frames of class sizes alone, and is told the tick",
  async (_of, padding, hello) => {
    const config = "sessions" in padding ? { padding } : {};
    const gateway = await startForTest({ ...route, config });
    const client = await openSocket(gateway);
    const sizes: number[] = [];
    client.socket.on("message", (data) => sizes.push(Buffer.byteLength(String(data))));
    client.send({ type: "hello", ...hello });
    const start = await client.next("session-start");
    expect(start.padding).toEqual({ tickMs: 40, sizes: [...FRAME_SIZES] });
    client.send(
      `${JSON.stringify({ type: "keystroke", seq: 1, text: "find invoices" })}${" ".repeat(300)}`,
    );
    const prediction = await client.next("prediction");
    expect(prediction.candidates).toHaveLength(1);
    client.send({ type: "cancel", turnId: "0b54a35c-3f3f-4b5e-9d86-1a65a3c6a7ef" });
    await client.next("error");
    expect(sizes.filter((size) => !FRAME_SIZES.some((wanted) => wanted === size))).toEqual([]);
    // Compression would give away what the sizes hide.
    expect(client.socket.extensions).toBe("");
  },
);

test("nobody else's frames are padded or told of it", async () => {
  const gateway = await startForTest(route);
  const client = await openSocket(gateway);
  client.send({ type: "hello" });
  expect(await client.next("session-start")).not.toHaveProperty("padding");
});

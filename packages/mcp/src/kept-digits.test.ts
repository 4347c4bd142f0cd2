import { expect, test } from "vitest";
import { KeptDigits } from "./kept-digits.ts";

/** What goes on and what is answered, when the text comes in pieces. */
async function through(text: string, pieceBytes = 7, lineBytesMax = 10_000) {
  const answers: string[] = [];
  const kept = new KeptDigits({ lineBytesMax, refuse: (answer) => answers.push(answer) });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    kept.write(bytes.subarray(at, at + pieceBytes));
  }
  kept.end();
  let passed = "";
  for await (const chunk of kept) passed += String(chunk);
  return { passed, answers };
}

test("a parameter goes on as the text it was, and everything else as it is", async () => {
  const first =
    '{"id":1,"params":{"arguments":{"parameters":{"id":1349021875512938561,"v":1.10}}}}';
  const { passed, answers } = await through(`${first}\n{"id":2,"text":"größer 😀"}\r\n{"id":3}`);
  expect(passed.split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([
    { id: 1, params: { arguments: { parameters: { id: "1349021875512938561", v: "1.10" } } } },
    { id: 2, text: "größer 😀" },
    { id: 3 },
  ]);
  expect(answers).toEqual([]);
});

test("a message whose digits would change is answered and goes no further", async () => {
  const { passed, answers } = await through('{"id":9007199254740993,"method":"ping"}\n{"id":4}\n');
  expect(passed).toBe('{"id":4}\n');
  expect(answers.map((answer) => JSON.parse(answer) as unknown)).toMatchObject([
    { jsonrpc: "2.0", id: null, error: { data: { details: { field: "id" } } } },
  ]);
});

test("what is no JSON, empty or without end goes on as it is", async () => {
  expect((await through("\n{nope\n\n")).passed).toBe("\n{nope\n\n");
  const endless = `{"text":"${"x".repeat(500)}`;
  expect((await through(endless, 7, 100)).passed).toBe(endless);
});

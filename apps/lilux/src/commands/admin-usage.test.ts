import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { usage } from "./admin-usage.ts";

const ROW = {
  day: "2026-11-02",
  turns: 3,
  calls: 2,
  promptTokens: 100,
  completionTokens: 7,
  predictions: 40,
  scriptSeconds: 1.5,
};
const ANSWER = {
  from: "2026-11-01",
  to: "2026-11-30",
  currency: "EUR",
  usage: [
    { ...ROW, person: "k_AAAA", cost: 0.25 },
    { ...ROW, person: '=2+2,"x"', cost: 0.5 },
  ],
  storage: [
    {
      day: "2026-11-02",
      measures: 24,
      measuredAt: Date.UTC(2026, 10, 2, 23, 5),
      bytes: { items: 12_000_000, turns: 500_000 },
      byteHours: 300_000_000,
      cost: 0.5,
    },
  ],
  budgets: [{ budget: "turnsPerMonth", max: 10, used: 6, state: "open" }],
};

async function told(given: Record<string, unknown>): Promise<string[]> {
  const server = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(ANSWER)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const lines: string[] = [];
  const env = { LILUX_URL: `http://127.0.0.1:${port}`, LILUX_API_KEY: "operator" };
  const context = { env, json: false, print: (text: unknown) => void lines.push(String(text)) };
  await usage(context as never, ["acme"], given);
  return lines;
}

// Mutant: `cellOf` without its look at what a spreadsheet takes for a formula.
test("usage is a table for spreadsheets with --format csv, and the whole answer with --format json", async () => {
  expect(await told({ format: "csv" })).toEqual([
    "tenant,day,person,turns,calls,promptTokens,completionTokens,predictions,scriptSeconds,cost,currency",
    "acme,2026-11-02,k_AAAA,3,2,100,7,40,1.5,0.25,EUR",
    `acme,2026-11-02,"'=2+2,""x""",3,2,100,7,40,1.5,0.5,EUR`,
  ]);
  expect(await told({ format: "csv", storage: true })).toEqual([
    "tenant,day,measures,items,registry,turns,history,contexts,learning,byteHours,cost,currency",
    "acme,2026-11-02,24,12000000,,500000,,,,300000000,0.5,EUR",
  ]);
  expect(JSON.parse((await told({ format: "json" })).join("\n"))).toEqual(ANSWER);
  const people = (await told({})).join("\n");
  expect(people).toContain("2026-11-01 to 2026-11-30: 6 turns, 1.25 EUR");
  expect(people).toContain("2026-11-02T23:05Z  12.5 MB stored: items 12.0 MB, turns 0.5 MB");
  expect(people).toContain("turnsPerMonth: 60 % of 10 this month, open");
});

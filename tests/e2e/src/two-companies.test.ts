import { createLiluxClient } from "@lilux/client";
import type { ItemList, PredictionFrame } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { nextPrediction } from "./ask.ts";
import type { Company } from "./companies/company.ts";
import { PATIENT, startTwoCompanies, type TwoCompanies } from "./companies/two-companies.ts";

// Eight processes answer on cores that others use: what is waited for here comes within seconds on a quiet machine.
vi.setConfig({ testTimeout: 300_000 });

let both: TwoCompanies;
beforeAll(async () => {
  both = await startTwoCompanies();
}, 300_000);
afterAll(() => both[Symbol.asyncDispose](), 60_000);

const pairs = (): [Company, Company][] => [
  [both.one, both.other],
  [both.other, both.one],
];

/** Types a line over a socket of that person's until an own item of the company leads or is among what is shown. */
async function typedBy(token: string, line: string, itemId: string): Promise<PredictionFrame> {
  const client = createLiluxClient({ url: both.running.url, apiKey: token });
  onTestFinished(() => client.close());
  await client.ready();
  return eventually(async () => {
    const frame = await nextPrediction(client, client.type(line));
    if (!JSON.stringify(frame.candidates).includes(itemId)) throw new Error(JSON.stringify(frame));
    return frame;
  }, PATIENT);
}

// Mutant: a gateway that hands on the tenant that a client named.
test("people of two companies sign in at their own providers and see, search and are predicted their own library alone", async () => {
  for (const [company, another] of pairs()) {
    const token = await company.token("mia", "member");
    const [own = ""] = Object.keys(company.items);
    const [theirs = ""] = Object.keys(another.items);
    const frame = await typedBy(token, `run ${own.replace("_", " ")}`, own);
    expect(JSON.stringify(frame)).not.toContain(theirs);
    const list = await both.ask(token, "GET", "/v1/items");
    const { items } = list.body as unknown as ItemList;
    expect(items.map(({ qualified_id }) => qualified_id)).toEqual([own]);
    const query = { item_type: "script", query: theirs.replace("_", " ") };
    const found = await both.ask(token, "POST", "/v1/search", query);
    expect(found.status, found.text).toBe(200);
    expect(found.text).not.toContain(another.canary);
    const run = { item_type: "script", item_id: theirs, action: "run" };
    const refused = await both.ask(token, "POST", "/v1/execute", run);
    expect(refused.body).toMatchObject({ code: "item_not_found" });
  }
  expect(both.git.refused).toEqual([]);
});

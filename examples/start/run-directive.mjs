// Runs a directive of one's own and prints the steps that it tells: LILUX_URL=http://localhost:8080 node run-directive.mjs
import { createLiluxClient } from "@lilux/client";

const url = process.env.LILUX_URL ?? "http://localhost:8080";
const client = createLiluxClient({ url, apiKey: process.env.LILUX_API_KEY });
const parameters = { version: "2.4" };
const run = { item_type: "directive", item_id: "announce", action: "run", parameters };
try {
  await client.ready();
  const turn = client.choose({ name: "execute", arguments: run }, { text: "announce 2.4" });
  for await (const event of turn.events) {
    if (event.type === "call-end") console.log(JSON.stringify(event.result, null, 2));
  }
  console.log((await turn.ended).outcome);
} finally {
  client.close();
}

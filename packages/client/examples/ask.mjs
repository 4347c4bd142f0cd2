// Node: sends a line, tells what comes of it. LILUX_URL=http://localhost:8080 node ask.mjs "hello"
import { createLiluxClient } from "@lilux/client";

const url = process.env.LILUX_URL ?? "http://localhost:8080";
const client = createLiluxClient({ url, apiKey: process.env.LILUX_API_KEY });
try {
  await client.ready();
  const turn = client.ask(process.argv[2] ?? "What can you do?");
  for await (const event of turn.events) {
    if (event.type === "text-delta") process.stdout.write(event.text);
  }
  const { outcome, error } = await turn.ended;
  process.stdout.write(`\n${outcome}\n`);
  if (error !== undefined) throw new Error(error.message);
} finally {
  client.close();
}

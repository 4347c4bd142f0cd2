import { type Asked, runStrictServer, type StrictReply } from "@lilux/orchestrator/strict-server";

/** A model server for `npm run test:openai-python`: calls the caller's tool once, beside a search of ours. Prints its address. */
function reply({ messages, tools }: Asked): StrictReply {
  const offers = JSON.stringify(tools).includes("get_weather");
  const from = messages.findLastIndex(({ role }) => role === "user");
  const isAsked = messages[from]?.content?.includes("umbrella") === true;
  const hasCalled = messages.slice(from).some(({ tool_calls = [] }) => tool_calls.length > 0);
  if (!offers || !isAsked || hasCalled) return { text: "Take one along." };
  const search = { name: "search", arguments: { item_type: "script", query: "email" } };
  return { calls: [search, { name: "get_weather", arguments: { town: "Bonn" } }] };
}

const { url } = await runStrictServer({ models: ["scripted"], reply });
process.stdout.write(`${url}\n`);

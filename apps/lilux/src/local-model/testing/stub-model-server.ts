import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * A program that takes what `llama-server` is given and answers as one does: it lists its model and
 * says `says` to every question. What it was started with is in `started.json` of the folder.
 */
export async function writeStubServer(folder: string, says = "Paris."): Promise<string> {
  const path = join(folder, "llama-server");
  const code = `
const { writeFileSync } = require("node:fs");
const given = process.argv.slice(2);
const of = (name) => given[given.indexOf(name) + 1];
const key = process.env.LLAMA_API_KEY;
writeFileSync(${JSON.stringify(join(folder, "started.json"))}, JSON.stringify({ given, pid: process.pid, ours: Object.keys(process.env).filter((name) => name.startsWith("LILUX_")) }));
const server = require("node:http").createServer((request, response) => {
  const json = (status, body) => { response.writeHead(status, { "content-type": "application/json" }); response.end(JSON.stringify(body)); };
  if (request.headers.authorization !== "Bearer " + key) return json(401, { error: { message: "Invalid API Key" } });
  if (request.url === "/v1/models") return json(200, { data: [{ id: of("--alias") }] });
  if (request.url !== "/v1/chat/completions") return json(404, {});
  request.resume().on("end", () => {
    const base = { id: "a", object: "chat.completion.chunk", model: of("--alias") };
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (value) => response.write("data: " + JSON.stringify(value) + "\\n\\n");
    send({ ...base, choices: [{ index: 0, delta: { role: "assistant", content: ${JSON.stringify(says)} } }] });
    send({ ...base, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    response.end("data: [DONE]\\n\\n");
  });
});
server.listen(Number(of("--port")), of("--host"));
process.on("SIGTERM", () => process.exit(0));
`;
  await writeFile(path, `#!${process.execPath}\n${code}`);
  await chmod(path, 0o755);
  return path;
}

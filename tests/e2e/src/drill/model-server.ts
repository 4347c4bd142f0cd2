// A model server in a process of its own, so that it can be frozen: it answers every line with a sentence.
import { createServer } from "node:http";

const server = createServer(async (request, response) => {
  if (request.url?.endsWith("/models") === true) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ object: "list", data: [{ id: "drill", object: "model" }] }));
    return;
  }
  request.resume();
  const chunk = (choice: object): string => {
    const choices = [{ index: 0, finish_reason: null, ...choice }];
    return `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", model: "drill", choices })}\n\n`;
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of ["It ", "depends", "."]) response.write(chunk({ delta: { content } }));
  response.write(chunk({ delta: {}, finish_reason: "stop" }));
  response.end("data: [DONE]\n\n");
});
server.listen(Number(process.argv[2]), "127.0.0.1");

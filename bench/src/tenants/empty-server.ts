// Answers whatever a tenant asks for with a refusal, and thinks nothing: what the noisy
// tenant's own process takes of the machine, which no server can give back.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => response.writeHead(429, { "retry-after": "1" }).end("{}"));
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on("connection", (socket) => {
  socket.on("message", (data) => {
    const { type, seq } = JSON.parse(String(data)) as { type: string; seq?: number };
    if (type === "hello") return socket.send('{"type":"session-start"}');
    const frame = { type: "prediction", seq, predictionId: "empty", context: "cold", routeMs: 0 };
    return socket.send(JSON.stringify({ ...frame, candidates: [] }));
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 });
});
process.on("disconnect", () => process.exit(0));

// The floor: a bare WebSocket server that asks a bare NATS responder for every
// message and sends back what it answers. Two of these processes, one for each
// side, move the same bytes over the same hops as a keystroke, and think nothing.
import { readFileSync } from "node:fs";
import { tlsFilesIn } from "@lilux/certificates";
import { connect } from "@nats-io/transport-node";
import { WebSocketServer } from "ws";

const [role, natsUrl = "", port = "0", passwordFile = "", certificates = ""] =
  process.argv.slice(2);
const SUBJECT = "bench.echo";
const pass = readFileSync(passwordFile, "utf8").trim();
const { authority, certificate, key } = tlsFilesIn(certificates, "operator");
const connection = await connect({
  servers: natsUrl.replace(/^tls:\/\//, ""),
  user: "operator",
  pass,
  tls: { caFile: authority, certFile: certificate, keyFile: key },
});

if (role === "responder") {
  const answer = JSON.stringify({ pad: "x".repeat(600) });
  connection.subscribe(SUBJECT, {
    queue: "echo",
    callback: (_error, message) => void message.respond(answer),
  });
} else {
  const server = new WebSocketServer({
    host: "127.0.0.1",
    port: Number(port),
    perMessageDeflate: false,
  });
  server.on("connection", (socket) => {
    socket.on("message", async (data) => {
      const { type, seq } = JSON.parse(String(data)) as { type: string; seq?: number };
      if (type === "hello") return socket.send('{"type":"session-start"}');
      const reply = await connection.request(SUBJECT, String(data), { timeout: 2_000 });
      reply.json();
      const frame = {
        type: "prediction",
        seq,
        predictionId: "echo",
        context: "cold",
        candidates: [],
        routeMs: 0,
      };
      return socket.send(JSON.stringify(frame));
    });
  });
}
process.on("SIGTERM", () => process.exit(0));

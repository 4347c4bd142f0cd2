/**
 * What somebody on the containers' network tries who has no certificate, as a program of Node: TLS
 * without one at Redis and at gRPC, the old way at NATS, Postgres without TLS. Prints one word each.
 */
export const STRANGER = `
const net = require("node:net"), tls = require("node:tls");
const WITHIN_MS = 20000;
function hears(open, say) {
  return new Promise((resolve) => {
    const socket = open();
    const end = (what) => { socket.destroy(); resolve(what); };
    setTimeout(() => end("refused"), WITHIN_MS).unref();
    socket.on("error", () => end("refused"));
    socket.on("close", () => end("refused"));
    say(socket, end);
  });
}
const overTls = (host, port, text) => hears(
  () => tls.connect({ host, port, rejectUnauthorized: false, ALPNProtocols: port === 6379 ? undefined : ["h2"] }),
  (socket, end) => { socket.on("secureConnect", () => socket.write(text)); socket.on("data", () => end("heard")); },
);
const nats = hears(() => net.connect(4222, "nats"), (socket, end) => {
  socket.write("CONNECT {}\\r\\nPING\\r\\n");
  socket.on("data", (data) => { if (/PONG/.test(String(data))) end("heard"); });
});
const postgres = hears(() => net.connect(5432, "postgres"), (socket, end) => {
  const user = Buffer.from("user\\0lilux\\0database\\0lilux\\0\\0");
  const head = Buffer.alloc(8); head.writeInt32BE(8 + user.length, 0); head.writeInt32BE(196608, 4);
  socket.write(Buffer.concat([head, user]));
  socket.on("data", (data) => end(String.fromCharCode(data[0]) === "R" ? "heard" : "refused"));
});
Promise.all([
  overTls("redis", 6379, "PING\\r\\n"),
  overTls("kiwi", 7001, "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\x04\\0\\0\\0\\0\\0"),
  overTls("orchestrator", 7002, "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\x04\\0\\0\\0\\0\\0"),
  nats, postgres,
]).then((said) => {
  console.log(["redis", "kiwi", "orchestrator", "nats", "postgres"].map((name, index) => name + " " + said[index]).join(", "));
  process.exit(0);
});
`;

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keepCertificates, openTls, type PartyName, tlsFilesIn } from "@lilux/certificates";
import { describeWithServer, startNatsServer, temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { connectToServer } from "./connect-to-server.ts";

const LONG_AGO = Date.now() - 400 * 86_400_000;

describeWithServer("NATS over TLS", "nats", () => {
  // Mutants: `tls: {}` for a url of tls; `checkServerIdentity` left out; `verify` left out of the server.
  test("a server of our authority is spoken to with a certificate, and no other: each refusal is a sentence at the start", async () => {
    await using home = await temporaryDirectory();
    const folder = (name: string): string => join(home.path, name);
    await keepCertificates(folder("ours"));
    await keepCertificates(folder("theirs"), { names: ["gateway"] });
    await keepCertificates(folder("ended"), { names: ["gateway"], now: LONG_AGO });
    const tlsOf = (name: PartyName, of = "ours") => {
      const now = () => (of === "ended" ? LONG_AGO : Date.now());
      return openTls({ expected: name, files: tlsFilesIn(folder(of), name), now });
    };
    const serverAs = async (name: PartyName) => {
      const { authority, certificate, key } = tlsFilesIn(folder("ours"), name);
      const configFile = folder(`${name}.conf`);
      const files = `ca_file: "${authority}", cert_file: "${certificate}", key_file: "${key}"`;
      await writeFile(configFile, `tls { ${files}, verify: true, timeout: 10 }\n`);
      const server = await startNatsServer({ configFile });
      onTestFinished(() => server.stop());
      return server.url.replace("nats:", "tls:");
    };
    const url = await serverAs("nats");
    const given = { name: "gateway", startWithinMs: 20_000, pingIntervalMs: 3_000 };
    const connection = await connectToServer({ ...given, url, tls: tlsOf("gateway") });
    await connection.close();
    const refused = async (asked: object, message: RegExp) => {
      const connecting = connectToServer({ ...given, url, ...asked });
      const expected = { code: "config_invalid", message: expect.stringMatching(message) };
      await expect(connecting).rejects.toMatchObject(expected);
    };
    await refused({ tls: tlsOf("gateway", "theirs") }, /not of the authority/);
    await refused(
      { tls: tlsOf("gateway", "ended") },
      /not of the authority|refuses our certificate/,
    );
    await refused({}, /not of the authority/);
    await refused({ url: url.replace("tls:", "nats:") }, /not of the authority|wants TLS/);
    // Another of our services in the place of the server.
    await refused({ url: await serverAs("kiwi"), tls: tlsOf("gateway") }, /is another's/);
    const plain = await startNatsServer();
    onTestFinished(() => plain.stop());
    await refused(
      { url: plain.url.replace("nats:", "tls:"), tls: tlsOf("gateway") },
      /does not speak TLS/,
    );
  });
});

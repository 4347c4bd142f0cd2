import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { authorityFiles, tlsFilesIn } from "./certificate-folder.ts";
import { certificatesIn } from "./certificate-texts.ts";
import { identityOf } from "./identity.ts";
import { keepCertificates } from "./keep-certificates.ts";
import { openTls } from "./open-tls.ts";
import type { TlsFiles } from "./tls-files.ts";

const DAY_MS = 86_400_000;
const NAMES = ["gateway", "kiwi"] as const;

function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(after).filter((name) => before[name] !== after[name]);
}

// Mutants: `renew` that is taken for "all"; a certificate made for what is there and good.
test("what is there is overwritten only when that was asked for: nothing, what ends soon, or all of one authority", async () => {
  await using home = await temporaryDirectory();
  const folder = join(home.path, "certificates");
  const now = Date.now();
  expect(await keepCertificates(folder, { names: NAMES, now })).toMatchObject({
    made: NAMES,
    madeAuthority: true,
  });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder)) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  const first = contents(folder);
  const later = now + 300 * DAY_MS;
  for (const name of Object.keys(first)) chmodSync(join(folder, name), 0o644);
  const looked = await keepCertificates(folder, { names: NAMES, now: later });
  expect([looked.made, looked.ending]).toEqual([[], NAMES]);
  expect(contents(folder)).toEqual(first);
  expect(statSync(join(folder, "kiwi-key.pem")).mode & 0o777).toBe(0o600);
  await keepCertificates(folder, { names: NAMES, now, renew: "ending" });
  expect(contents(folder)).toEqual(first);
  await keepCertificates(folder, { names: ["kiwi"], now: later, renew: "ending" });
  const renewed = contents(folder);
  expect(changed(first, renewed)).toEqual(["kiwi-key.pem", "kiwi.pem"]);
  rmSync(join(folder, "gateway-key.pem"));
  await keepCertificates(folder, { names: NAMES, now: later });
  expect(changed(renewed, contents(folder))).toEqual(["gateway-key.pem", "gateway.pem"]);
});

test("without its authority's key a folder makes nothing, and one whose authority is gone is not begun anew", async () => {
  await using home = await temporaryDirectory();
  await keepCertificates(home.path, { names: ["kiwi"] });
  rmSync(authorityFiles(home.path).key);
  expect((await keepCertificates(home.path, { names: ["kiwi"] })).made).toEqual([]);
  const more = keepCertificates(home.path, { names: NAMES });
  await expect(more).rejects.toMatchObject({ code: "config_invalid", message: /ca-key\.pem/ });
  rmSync(authorityFiles(home.path).certificate);
  const anew = keepCertificates(home.path, { names: ["kiwi"] });
  await expect(anew).rejects.toMatchObject({ code: "config_invalid", message: /no ca\.pem/ });
});

test("a certificate names its service, this machine and what was asked for, and who only calls cannot serve", async () => {
  await using home = await temporaryDirectory();
  await keepCertificates(home.path, { names: NAMES, hosts: ["kiwi.example", "10.0.0.7"] });
  const read = (name: (typeof NAMES)[number]) =>
    certificatesIn(readFileSync(tlsFilesIn(home.path, name).certificate, "utf8"))[0];
  const kiwi = read("kiwi");
  for (const host of ["kiwi", "localhost", "kiwi.lilux-sandbox.svc", "kiwi.example"]) {
    expect([host, kiwi?.checkHost(host)]).toEqual([host, host]);
  }
  for (const address of ["127.0.0.1", "10.0.0.7"]) expect(kiwi?.checkIP(address)).toBe(address);
  expect(identityOf(kiwi?.subjectAltName)).toBe("kiwi");
  const [client, server] = ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"];
  expect(kiwi?.keyUsage?.toSorted()).toEqual([server, client]);
  expect(read("gateway")?.keyUsage).toEqual([client]);
});

// Each is a mutant's death: a check of `checkMaterial` left out.
test("what no connection could be made with ends the start with the setting that is wrong", async () => {
  await using home = await temporaryDirectory();
  await using other = await temporaryDirectory();
  const names = NAMES;
  await keepCertificates(home.path, { names });
  await keepCertificates(other.path, { names });
  const ours = tlsFilesIn(home.path, "kiwi");
  const theirs = tlsFilesIn(other.path, "kiwi");
  const text = join(home.path, "text");
  writeFileSync(text, "no pem\n");
  const wrong: [Partial<TlsFiles>, RegExp][] = [
    [{ authority: theirs.authority }, /LILUX_TLS_CERT_FILE .*did not sign/],
    [{ key: theirs.key }, /LILUX_TLS_KEY_FILE is not the key/],
    [
      { certificate: tlsFilesIn(home.path, "gateway").certificate },
      /is the gateway's, and this is the kiwi/,
    ],
    [{ certificate: ours.authority }, /names no service/],
    [{ certificate: text }, /LILUX_TLS_CERT_FILE holds no certificate/],
    [{ key: text }, /LILUX_TLS_KEY_FILE holds no private key/],
    [
      { authority: join(home.path, "none") },
      /LILUX_TLS_CA_FILE names a file that cannot be read \(ENOENT\)/,
    ],
  ];
  for (const [files, message] of wrong) {
    const open = () => openTls({ expected: "kiwi", files: { ...ours, ...files } });
    expect(open).toThrow(
      expect.objectContaining({ code: "config_invalid", message: expect.stringMatching(message) }),
    );
  }
  for (const [days, message] of [
    [366, /ended at/],
    [-2, /begins at/],
  ] as const) {
    const now = () => Date.now() + days * DAY_MS;
    expect(() => openTls({ expected: "kiwi", files: ours, now })).toThrow(message);
  }
});

// Mutants: `current` that never looks again; one that throws away what it had.
test("files that change are read again, and what cannot be used leaves what was there before", async () => {
  await using home = await temporaryDirectory();
  await keepCertificates(home.path, { names: ["kiwi"] });
  const told: (string | undefined)[] = [];
  const files = tlsFilesIn(home.path, "kiwi");
  const tls = openTls({ expected: "kiwi", files, onChange: (why) => told.push(why?.message) });
  const before = tls.current();
  expect(tls.current()).toBe(before);
  writeFileSync(files.certificate, "half a fi");
  expect(tls.current()).toBe(before);
  await keepCertificates(home.path, { names: ["kiwi"], renew: "all" });
  expect(tls.current().certificate).not.toBe(before.certificate);
  expect(told).toEqual([expect.stringMatching(/LILUX_TLS_CERT_FILE/), undefined]);
});

test("only the one name of ours counts, however a certificate dresses it up", () => {
  expect(identityOf("DNS:localhost, URI:spiffe://lilux/router, IP Address:127.0.0.1")).toBe(
    "router",
  );
  for (const names of [
    undefined,
    "",
    "DNS:kiwi",
    "URI:spiffe://lilux/root",
    "URI:spiffe://other/kiwi",
    "URI:spiffe://lilux/kiwi/more",
    "URI:spiffe://lilux/KIWI",
    "URI:spiffe://lilux/kiwi, URI:spiffe://lilux/router",
    'DNS:"a, URI:spiffe://lilux/kiwi"',
    "URI:http://spiffe://lilux/kiwi",
  ]) {
    expect([names, identityOf(names)]).toEqual([names, undefined]);
  }
});

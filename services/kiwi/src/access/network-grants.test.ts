import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { createInProcessBus, subjects } from "@lilux/bus";
import type { EgressOptions } from "@lilux/sandbox";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, it } from "vitest";
import type { KiwiConfig } from "../config.ts";
import { scriptSettingsOf } from "../testing/script-settings-of.ts";
import { errorOf, startKiwi } from "../testing/start-kiwi.ts";

const probes = await readFile(new URL("network-probes.py", import.meta.url), "utf8");

const OUTSIDE = "93.184.216.34";
const NATS = "93.184.216.77";
/** One of this machine's own, if it has any but its loopback's. */
const OWN = Object.values(networkInterfaces())
  .flatMap((interfaces) => interfaces ?? [])
  .find(({ internal, family }) => !internal && family === "IPv4");

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "api.example.test": [OUTSIDE],
  "deep.wild.example.test": [OUTSIDE],
  "other.test": [OUTSIDE],
  "example.test": [OUTSIDE],
  "xapi.example.test": [OUTSIDE],
  "denied.example.test": [OUTSIDE],
  "api.example.test.other.test": [OUTSIDE],
  localhost: ["127.0.0.1"],
  nats: ["127.0.0.1"],
  redis: ["127.0.0.1"],
  "host.docker.internal": ["172.17.0.1"],
  "loop.example.test": ["127.0.0.1"],
  "inner.example.test": ["10.0.0.5"],
  "meta.example.test": ["169.254.169.254"],
  "six.example.test": ["::1"],
  "mapped.example.test": ["::ffff:127.0.0.1"],
  "unique.example.test": ["fd00::1"],
  "nat64.example.test": ["64:ff9b::7f00:1"],
  "sixtofour.example.test": ["2002:7f00:1::"],
  "zero.example.test": ["0.0.0.0"],
  "shared.example.test": ["100.64.0.1"],
  "mixed.example.test": [OUTSIDE, "127.0.0.1"],
  "nats.example.test": [NATS],
  "alias.example.test": [NATS],
  "own.example.test": [OWN?.address ?? "127.0.0.1"],
};

interface Outside extends AsyncDisposable {
  egress: EgressOptions;
  port: number;
  /** Every address and port that was connected to. */
  dialled: string[];
}

/** A server that stands for the internet: every address that is dialled leads to it. */
async function openOutside(
  names:
    | Readonly<Record<string, readonly string[]>>
    | ((name: string) => readonly string[]) = NAMES,
): Promise<Outside> {
  const server: Server = createServer((request, response) =>
    response.end(`${request.headers.host} ${request.url}`),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const dialled: string[] = [];
  return {
    port,
    dialled,
    egress: {
      deploymentHosts: ["nats.example.test"],
      privateNetworks: [],
      resolve: async (name) => (typeof names === "function" ? names(name) : (names[name] ?? [])),
      dial(to, toPort) {
        dialled.push(`${to}:${toPort}`);
        return connect({ host: "127.0.0.1", port });
      },
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function settingsWith(network: string, egress: EgressOptions): Pick<KiwiConfig, "scriptSettings"> {
  const { scriptSettings } = scriptSettingsOf({ LILUX_SCRIPT_NETWORK: network });
  return { scriptSettings: { ...scriptSettings, egress } };
}

const connecting = (host?: string) => ({
  verb: "connect",
  resource: "network",
  ...(host === undefined ? {} : { host }),
});
const script = (body: string, ...permissions: unknown[]) => ({
  "project/.ai/scripts/it.py": `__permissions__ = ${JSON.stringify(permissions)}\n${body}`,
});
const run = (parameters: Record<string, unknown> = {}) => ({
  arguments: { item_type: "script" as const, item_id: "it", action: "run" as const, parameters },
});
const fetching = (url: string) => `
import json, urllib.request, urllib.error
try:
    print(json.dumps({"text": urllib.request.urlopen("${url}", timeout=10).read().decode()}))
except urllib.error.HTTPError as error:
    print(json.dumps({"refused": error.read().decode()}))`;

describeInSandbox("what a network grant lets a script reach", () => {
  // Mutants, each tried: share the network; judge no address; judge the first address alone;
  // let numbers be names; connect by name instead of by the address that was judged.
  it("is the hosts that its grants and the operator both name, and nothing else by any way", async () => {
    await using outside = await openOutside();
    const hosts = [
      "api.example.test",
      "*.wild.example.test",
      "*.example.test",
      "other.test.example.test",
    ];
    const denial = { verb: "deny", resource: "network", host: "denied.example.test" };
    await using started = await startKiwi(
      script(probes, ...hosts.map(connecting), denial),
      settingsWith(
        "local:api.example.test local:*.wild.example.test local:*.example.test:8443 acme *:own.example.test",
        { ...outside.egress, privateNetworks: ["10.1.0.0/16", `${OWN?.address ?? "10.9.9.9"}/32`] },
      ),
    );
    const { result } = await started.execute(run({ port: outside.port }));
    expect(result.data).toEqual({
      reached: [],
      tried: expect.any(Number),
      plain: "api.example.test /hello",
      tunnelled: "api.example.test:443 /inside",
      wild: "deep.wild.example.test /x",
      refused: [403, expect.stringContaining("is not in the script's grants")],
    });
    expect((result.data as { tried: number }).tried).toBeGreaterThan(400);
    expect([...new Set(outside.dialled)].sort()).toEqual([`${OUTSIDE}:443`, `${OUTSIDE}:80`]);
    expect(result.logs?.some((line) => line.startsWith("not reached: "))).toBe(true);
  });

  it.each([
    ["loop.example.test", "not public"],
    ["meta.example.test", "not public"],
    ["inner.example.test", "not public"],
    ["six.example.test", "not public"],
    ["mapped.example.test", "not public"],
    ["unique.example.test", "not public"],
    ["nat64.example.test", "not public"],
    ["sixtofour.example.test", "not public"],
    ["zero.example.test", "not public"],
    ["shared.example.test", "not public"],
    ["mixed.example.test", "not public"],
    ["nats.example.test", "this installation"],
    ["alias.example.test", "this installation"],
    ["unknown.example.test", "nobody knows"],
  ])("%s is refused by where it leads, though every name is allowed", async (host, reason) => {
    await using outside = await openOutside();
    await using started = await startKiwi(
      script(fetching(`http://${host}/`), connecting()),
      settingsWith("*", outside.egress),
    );
    const { result } = await started.execute(run());
    expect(result.data).toEqual({ refused: expect.stringContaining(reason) });
    expect(outside.dialled).toEqual([]);
  });

  // Mutant: let the dial resolve the name again, and the second answer is connected to.
  it("is the address that was judged, though the name says another one when it is asked again", async () => {
    let asked = 0;
    await using outside = await openOutside(() => {
      asked += 1;
      return [asked === 1 ? OUTSIDE : "127.0.0.1"];
    });
    await using started = await startKiwi(
      script(fetching("http://api.example.test/"), connecting()),
      settingsWith("local", { ...outside.egress, deploymentHosts: [] }),
    );
    const { result } = await started.execute(run());
    expect(result.data).toEqual({ text: "api.example.test /" });
    expect(outside.dialled).toEqual([`${OUTSIDE}:80`]);
  });

  it("is a host of a private network only where the operator lets scripts into it", async () => {
    await using outside = await openOutside();
    const config = (privateNetworks: string[]) =>
      settingsWith("local", { ...outside.egress, privateNetworks });
    const files = script(fetching("http://inner.example.test/"), connecting());
    await using closed = await startKiwi(files, config(["10.1.0.0/16"]));
    expect((await closed.execute(run())).result.data).toMatchObject({ refused: expect.anything() });
    await using open = await startKiwi(files, config(["10.0.0.0/24"]));
    expect((await open.execute(run())).result.data).toEqual({ text: "inner.example.test /" });
    expect(outside.dialled).toEqual(["10.0.0.5:80"]);
  });

  // Mutant: the tenant's hosts beside the operator's instead of within them.
  it("is no more than its tenant's settings name, within what the operator lets it reach", async () => {
    await using outside = await openOutside();
    const files = script(fetching("http://api.example.test/"), connecting());
    await using started = await startKiwi(
      files,
      settingsWith("local:*.example.test", outside.egress),
    );
    const within = (scriptHosts: string[]) => started.execute(run(), undefined, { scriptHosts });
    for (const named of [["other.test"], ["api.example.test:8443"], ["*.wild.example.test"]]) {
      const { result } = await within(named);
      expect(result.data).toEqual({ refused: expect.stringContaining("scriptHosts") });
    }
    expect(await errorOf(within([]))).toMatchObject({
      code: "permission_denied",
      details: { setting: "scriptHosts" },
    });
    expect(outside.dialled).toEqual([]);
    const reached = { text: "api.example.test /" };
    expect((await within(["API.example.test"])).result.data).toEqual(reached);
    expect((await within(["*"])).result.data).toEqual(reached);
    await using narrow = await startKiwi(files, settingsWith("local:other.test", outside.egress));
    const { result } = await narrow.execute(run(), undefined, { scriptHosts: ["*"] });
    expect(result.data).toEqual({ refused: expect.stringContaining("LILUX_SCRIPT_NETWORK") });
  });

  it("each host that is refused is in the audit trail, with its reason", async () => {
    await using outside = await openOutside();
    const bus = createInProcessBus();
    await using started = await startKiwi(
      script(fetching("http://loop.example.test/"), connecting()),
      settingsWith("local", outside.egress),
      { bus },
    );
    await started.execute(run());
    await eventually(
      async () => {
        const read = { messagesMax: 100, deadlineMs: 1_000 };
        const stored = await bus.read("AUDIT", subjects.audit(testTenant("local")), read);
        expect(stored.map(({ body }) => body)).toContainEqual(
          expect.objectContaining({
            decision: "refused",
            item_id: "it",
            host: "loop.example.test",
            reason: expect.stringContaining("not public"),
          }),
        );
      },
      { withinMs: 20_000 },
    );
    await bus.drain();
  });

  it("is not the network of another script, and none of it without a grant", async () => {
    const body = `
import json, os, socket
try:
    socket.create_connection(("127.0.0.1", 3128), 2)
    found = True
except OSError:
    found = False
print(json.dumps({"found": found, "proxy": os.environ.get("HTTPS_PROXY")}))`;
    await using outside = await openOutside();
    await using started = await startKiwi(script(body), settingsWith("*", outside.egress));
    expect((await started.execute(run())).result.data).toEqual({ found: false, proxy: null });
  });

  it("ends with the run: no connection, and no process it has to wait for, is left", async () => {
    const body = `
import json, os, socket
client = socket.create_connection(("127.0.0.1", 3128), 5)
client.sendall(b"CONNECT api.example.test:443 HTTP/1.1\\r\\n\\r\\n")
line = client.recv(100).decode().split("\\r\\n")[0]
try:
    child = os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    child = None
print(json.dumps({"line": line, "child": child}))`;
    await using outside = await openOutside();
    await using started = await startKiwi(
      script(body, connecting()),
      settingsWith("*", outside.egress),
    );
    const { result } = await started.execute(run());
    expect(result.data).toEqual({ line: "HTTP/1.1 200 Connection established", child: null });
  });

  it.each([
    { host: "10.0.0.1" },
    { host: "a b" },
    { hosts: "api.example.test" },
    { url: "http://x/" },
    { host: "localhost" },
  ])("%j in a grant is refused before anything runs", async (attributes) => {
    await using outside = await openOutside();
    const grant = { verb: "connect", resource: "network", ...attributes };
    await using started = await startKiwi(
      script("print('{}')", grant),
      settingsWith("*", outside.egress),
    );
    expect((await errorOf(started.execute(run()))).code).toBe("permission_denied");
  });
});

it.each(["acme:10.0.0.1", "acme:localhost", "ac me:x:y:z", "acme:api.example.test:0", "*:[::1]"])(
  "%j in LILUX_SCRIPT_NETWORK is told at the start",
  (value) => {
    expect(() => scriptSettingsOf({ LILUX_SCRIPT_NETWORK: value })).toThrow(/LILUX_SCRIPT_NETWORK/);
  },
);

it("the servers that the environment names are never a script's to reach", () => {
  const { scriptSettings } = scriptSettingsOf({
    LILUX_NATS_URL: "nats://user:secret@Bus.example.test:4222,nats://10.0.0.9",
    LILUX_REDIS_URL: "rediss://cache.example.test",
    LILUX_DATABASE_URL: "postgres://a:b@db.example.test:5432/x",
    LILUX_ORCHESTRATOR_ADDRESS: "[fd00::7]:7002",
    LILUX_LLM_URL: "https://models.example.test/v1",
  });
  expect(scriptSettings.egress.deploymentHosts.toSorted()).toEqual([
    "10.0.0.9",
    "bus.example.test",
    "cache.example.test",
    "db.example.test",
    "fd00::7",
  ]);
});

import { describe, expect, it } from "vitest";
import { gvisorBundle } from "./gvisor-config.ts";
import { openGvisor } from "./gvisor-runner.ts";
import { NO_ACCESS, type ScriptRequest } from "./script-runner.ts";

interface OciConfig {
  root: { readonly: boolean };
  process: {
    args: string[];
    env: string[];
    user: { uid: number };
    noNewPrivileges: boolean;
    capabilities: Record<string, string[]>;
  };
  mounts: { destination: string; source: string; options: string[] }[];
  linux: {
    namespaces: { type: string }[];
    resources: { memory: { limit: number } };
  };
}

const setup = {
  runsc: "/usr/bin/runsc",
  python: {
    executable: "/usr/bin/python3.11",
    folders: [],
    version: "3.11",
    platform: "linux",
    markers: {},
  },
  memoryBytesMax: 2 ** 29,
};
const request = { id: "it", text: "print(1)", flags: ["--a=1"], slot: 0, timeoutMs: 1_000 };
const bundleOf = (access: Partial<ScriptRequest["access"]>, proxySocket?: string) => {
  const given = { ...request, proxySocket, access: { ...NO_ACCESS, ...access } };
  const bundle = gvisorBundle(setup, given, "/b");
  return { ...bundle, config: bundle.config as OciConfig };
};

describe("the bundle for gVisor", () => {
  it("gives a script nothing but the system, read-only, and scratch folders of a size", () => {
    const { config } = bundleOf({});
    expect(config.root.readonly).toBe(true);
    expect(config.process).toMatchObject({ user: { uid: 65_534 }, noNewPrivileges: true });
    expect(Object.values(config.process.capabilities).flat()).toEqual([]);
    expect(config.linux.resources.memory.limit).toBe(2 ** 29);
    expect(config.linux.namespaces).toContainEqual({ type: "network" });
    const writable = config.mounts.filter(({ options }) => !options.includes("ro"));
    expect(writable.map(({ destination }) => destination)).toEqual([
      "/proc",
      "/tmp",
      "/dev/shm",
      "/scratch",
    ]);
  });

  it("adds what was granted, and hides what is hidden", () => {
    const granted = {
      network: { refuses: () => undefined },
      variables: { API: "x" },
      packages: "/cache/env",
      shared: Buffer.from("zip"),
      files: [
        {
          from: "/p/data",
          to: "data",
          writable: true,
          hidden: [
            { path: "data/.env", isFolder: false },
            { path: "data/.git", isFolder: true },
          ],
        },
      ],
    };
    const { config, files } = bundleOf(granted, "/run/proxy");
    const at = (path: string) => config.mounts.find(({ destination }) => destination === path);
    // Not the host's: a proxy is all of it that comes in.
    expect(config.linux.namespaces).toContainEqual({ type: "network" });
    expect(at("/proxy")).toMatchObject({ source: "/run/proxy" });
    expect(config.process.env).toContain("HTTPS_PROXY=http://127.0.0.1:3128");
    expect(config.process.args).toContain("/relay.py");
    expect(config.process.env).toContain("API=x");
    expect(at("/project/data")).toMatchObject({ source: "/p/data" });
    expect(at("/project/data/.env")).toMatchObject({ source: "/b/nothing" });
    expect(at("/project/data/.git")?.options).toContain("ro");
    expect(at("/packages")).toMatchObject({ source: "/cache/env" });
    expect(config.process.args).toContain("/venv/bin/python3");
    expect(files.map(({ name }) => name)).toContain("shared");
  });
});

it("without runsc there is no sandbox, rather than another one", async () => {
  // Of a machine that has it, too: where it would be looked for is the test's to say.
  const options = { path: "/nowhere", systemFolders: [], uid: 0, memoryBytesMax: 2 ** 29 };
  expect(await openGvisor(options)).toEqual({
    available: false,
    reason: expect.stringContaining("runsc is not installed"),
  });
});

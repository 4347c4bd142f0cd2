import { describe, expect, it } from "vitest";
import { type CgroupFiles, cgroupGuard, delegatedSubtree } from "./cgroup-guard.ts";
import { watchdogGuard } from "./watchdog-guard.ts";

const MIB = 1024 * 1024;

describe("the watchdog", () => {
  /** What it thinks after its first look. */
  async function verdictOf(options: {
    own: (pid: number) => Promise<number>;
    proportional: (pid: number) => Promise<number | undefined>;
  }): Promise<boolean> {
    const looked = Promise.withResolvers<void>();
    const guard = watchdogGuard({
      bytesMax: 100 * MIB,
      async tree() {
        looked.resolve();
        return [1, 2, 3];
      },
      ...options,
    });
    await guard.attach(1, () => undefined);
    await looked.promise;
    // What it looks at answers at once: it has made up its mind a turn later.
    await new Promise((done) => setImmediate(done));
    await guard.close();
    return guard.exceeded();
  }

  it("tells when all processes together hold too much, though none does alone", async () => {
    const own = async (): Promise<number> => 40 * MIB;
    expect(await verdictOf({ own, proportional: own })).toBe(true);
  });

  // Mutant: take the quick sum for the truth, and a script that only forks is ended.
  it("asks exactly before it ends a run whose processes share their memory", async () => {
    const own = async (): Promise<number> => 40 * MIB;
    expect(await verdictOf({ own, proportional: async () => 14 * MIB })).toBe(false);
  });

  it("takes the quick sum where the exact one is not shown", async () => {
    const own = async (): Promise<number> => 40 * MIB;
    expect(await verdictOf({ own, proportional: async () => undefined })).toBe(true);
  });
});

/** Control groups as far as the guard uses them. */
function fakeCgroups(options: { delegated: string; controllers?: string }) {
  const { delegated, controllers = "cpu memory pids" } = options;
  const folders = new Set(["/cg", "/cg/service", "/cg/service/main"]);
  const written = new Map<string, string>();
  const inDelegated = (path: string): boolean => path.startsWith(`${delegated}/lilux-`);
  const files: CgroupFiles = {
    async read(path) {
      if (path.endsWith("/cgroup.controllers")) return controllers;
      if (path.endsWith("/memory.events")) return written.get(path) ?? "oom 0\noom_kill 0\n";
      const folder = path.slice(0, path.lastIndexOf("/"));
      if (inDelegated(path) && folders.has(folder)) return "max";
      throw new Error("ENOENT");
    },
    async write(path, text) {
      written.set(path, text);
    },
    async makeFolder(path) {
      if (!inDelegated(path)) throw new Error("EACCES");
      folders.add(path);
    },
    async removeFolder(path) {
      folders.delete(path);
    },
  };
  return { files, folders, written };
}

describe("the control group", () => {
  const limit = { bytesMax: 100 * MIB, processesMax: 72 };
  const mountedAt = "/cg";

  it("is made per run in the subtree the service was given, and removed", async () => {
    const { files, folders, written } = fakeCgroups({ delegated: "/cg/service" });
    const membership = "0::/service/main\n";
    const subtree = await delegatedSubtree({ mountedAt, membership, files });
    expect(subtree).toBe("/cg/service");
    const guard = await cgroupGuard({ ...limit, subtree: subtree ?? "" }, 1, files);
    await guard.attach(42, () => undefined);
    const folder = `/cg/service/lilux-run-${process.pid}-1`;
    expect(folders).toContain(folder);
    expect(written.get(`${folder}/memory.max`)).toBe(String(100 * MIB));
    expect(written.get(`${folder}/pids.max`)).toBe("72");
    expect(written.get(`${folder}/cgroup.procs`)).toBe("42");
    expect(await guard.exceeded()).toBe(false);
    written.set(`${folder}/memory.events`, "low 0\noom 1\noom_kill 3\n");
    expect(await guard.exceeded()).toBe(true);
    await guard.close();
    expect([...folders]).toEqual(["/cg", "/cg/service", "/cg/service/main"]);
  });

  it("is not taken where no subtree, no memory controller, or only cgroup v1 is to be had", async () => {
    const membership = "0::/service/main\n";
    const { files } = fakeCgroups({ delegated: "/cg/elsewhere" });
    expect(await delegatedSubtree({ mountedAt, membership, files })).toBeUndefined();
    const none = fakeCgroups({ delegated: "/cg/service", controllers: "cpu pids" });
    expect(await delegatedSubtree({ mountedAt, membership, files: none.files })).toBeUndefined();
    const old = { mountedAt, membership: "4:memory:/service\n", files };
    expect(await delegatedSubtree(old)).toBeUndefined();
  });
});

import { randomUUID } from "node:crypto";
import { eventually, testTenant } from "@lilux/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ContextStore } from "../context-store.ts";
import { type KeyKind, keys } from "../keys.ts";

const TTL_MS = 60_000;

/** What every `ContextStore` promises. `create` is called once per test. */
export function describeContextStoreContract(
  name: string,
  create: () => Promise<ContextStore>,
): void {
  async function open(): Promise<{ store: ContextStore; key: string }> {
    const store = await create();
    onTestFinished(() => store.close());
    return { store, key: keys.context(testTenant("local"), randomUUID()) };
  }

  describe(`${name} keeps the context store contract`, () => {
    test("what was put is found with its version, and what was not is missing", async () => {
      const { store, key } = await open();
      expect(await store.get(key)).toEqual({ state: "missing" });
      const value = { list: [1, null, "😀"], nested: { empty: {} } };
      expect(await store.putIfNewer(key, { version: 7, value, ttlMs: TTL_MS })).toBe("stored");
      expect(await store.get(key)).toEqual({ state: "found", version: 7, value });
      expect(store.connected()).toBe(true);
    });

    // Mutant: a comparison with > where the fence has >=.
    test("an older or equal version is stale and changes nothing", async () => {
      const { store, key } = await open();
      const put = (version: number) =>
        store.putIfNewer(key, { version, value: `v${version}`, ttlMs: TTL_MS });
      expect(await put(2 ** 52)).toBe("stored");
      expect(await put(2 ** 52 - 1)).toBe("stale");
      expect(await put(2 ** 52)).toBe("stale");
      expect(await put(2 ** 52 + 1)).toBe("stored");
      expect(await store.get(key)).toMatchObject({ value: `v${2 ** 52 + 1}` });
    });

    test("versions 9 and 10 compare as numbers, not as text", async () => {
      const { store, key } = await open();
      const put = (version: number) => store.putIfNewer(key, { version, value: 1, ttlMs: TTL_MS });
      expect([await put(9), await put(10), await put(9)]).toEqual(["stored", "stored", "stale"]);
    });

    test("concurrent writers in any order leave the newest", async () => {
      const { store, key } = await open();
      const versions = Array.from({ length: 200 }, (_, index) => ((index * 73) % 200) + 1);
      const results = await Promise.all(
        versions.map((version) =>
          store.putIfNewer(key, { version, value: version, ttlMs: TTL_MS }),
        ),
      );
      expect(results).not.toContain("unavailable");
      expect(await store.get(key)).toEqual({ state: "found", version: 200, value: 200 });
    });

    test("an entry is gone after its lifetime, and its version with it", async () => {
      const { store, key } = await open();
      await store.putIfNewer(key, { version: 9, value: 1, ttlMs: 60 });
      await eventually(async () => (await store.get(key)).state === "missing", {
        withinMs: 20_000,
      });
      expect(await store.putIfNewer(key, { version: 1, value: 2, ttlMs: TTL_MS })).toBe("stored");
    });

    test("a forgotten key is missing, and forgetting nothing is no error", async () => {
      const { store, key } = await open();
      await store.putIfNewer(key, { version: 1, value: 1, ttlMs: TTL_MS });
      expect(await store.forget(key)).toBe("forgotten");
      expect(await store.forget(key)).toBe("forgotten");
      expect(await store.get(key)).toEqual({ state: "missing" });
    });

    // Mutants: a pattern without the colon behind the tenant; one step of many.
    test("all keys of a kind of a tenant are forgotten, and no others", async () => {
      const { store } = await open();
      const gone = `t-${randomUUID().slice(0, 18)}`;
      const put = (key: string) => store.putIfNewer(key, { version: 1, value: 1, ttlMs: TTL_MS });
      const names = Array.from({ length: 40 }, (_, index) => `s${index}`);
      for (const name of names) await put(keys.context(testTenant(gone), name));
      const others = [
        keys.history(testTenant(gone), "s1"),
        keys.context(testTenant(`${gone}x`), "s1"),
      ];
      for (const key of others) await put(key);
      expect(await store.forgetTenant("context", testTenant(gone))).toBe(names.length);
      for (const name of names) {
        expect(await store.get(keys.context(testTenant(gone), name))).toEqual({ state: "missing" });
      }
      for (const key of others) expect(await store.get(key)).toMatchObject({ state: "found" });
      expect(await store.forgetTenant("context", testTenant(gone))).toBe(0);
    });

    // Mutants: keys of another kind; characters for bytes; one step of many.
    test("what each tenant has of a kind is as many bytes as its values are long", async () => {
      const { store } = await open();
      const tenant = `t-${randomUUID().slice(0, 18)}`;
      const put = (key: string, value: string) =>
        store.putIfNewer(key, { version: 1, value, ttlMs: TTL_MS });
      for (let at = 0; at < 40; at += 1)
        await put(keys.context(testTenant(tenant), `s${at}`), "é".repeat(49));
      await put(keys.history(testTenant(tenant), "s1"), "x".repeat(998));
      await put(keys.context(testTenant(`${tenant}x`), "s1"), "x".repeat(8));
      const of = async (kind: KeyKind, whose: string) => {
        const held = await store.heldBytes(kind);
        return held === "unavailable" ? held : held.get(whose);
      };
      expect(await of("context", tenant)).toBe(40 * 100);
      expect(await of("history", tenant)).toBe(1_000);
      expect(await of("context", `${tenant}x`)).toBe(10);
      await store.forgetTenant("context", testTenant(tenant));
      expect(await of("context", tenant)).toBeUndefined();
    });

    test("keys do not touch each other", async () => {
      const { store, key } = await open();
      await store.putIfNewer(key, { version: 5, value: "mine", ttlMs: TTL_MS });
      const other = keys.history(testTenant("local"), randomUUID());
      expect(await store.putIfNewer(other, { version: 1, value: "other", ttlMs: TTL_MS })).toBe(
        "stored",
      );
      expect(await store.get(key)).toMatchObject({ value: "mine" });
    });

    test("64 KiB is the most a value may be, and more leaves what was there", async () => {
      const { store, key } = await open();
      const most = "x".repeat(64 * 1024 - 2);
      const tooMuch = `${most}x`;
      expect(await store.putIfNewer(key, { version: 1, value: most, ttlMs: TTL_MS })).toBe(
        "stored",
      );
      expect(await store.putIfNewer(key, { version: 2, value: tooMuch, ttlMs: TTL_MS })).toBe(
        "unavailable",
      );
      expect(await store.get(key)).toMatchObject({ version: 1 });
    });

    test("what cannot be kept is unavailable and never throws", async () => {
      const { store, key } = await open();
      const circular: Record<string, unknown> = {};
      circular["self"] = circular;
      for (const value of [circular, undefined, 1n]) {
        expect(await store.putIfNewer(key, { version: 1, value, ttlMs: TTL_MS })).toBe(
          "unavailable",
        );
      }
      for (const version of [-1, 0.5, 2 ** 53, Number.NaN]) {
        expect(await store.putIfNewer(key, { version, value: 1, ttlMs: TTL_MS })).toBe(
          "unavailable",
        );
      }
      expect(await store.get(key)).toEqual({ state: "missing" });
    });

    test("a reader's changes do not reach the store", async () => {
      const { store, key } = await open();
      const value = { list: [1] };
      await store.putIfNewer(key, { version: 1, value, ttlMs: TTL_MS });
      value.list.push(2);
      const read = await store.get(key);
      if (read.state === "found") (read.value as { list: number[] }).list.push(3);
      expect(await store.get(key)).toMatchObject({ value: { list: [1] } });
    });

    test("a closed store is unavailable", async () => {
      const { store, key } = await open();
      await store.close();
      expect(store.connected()).toBe(false);
      expect(await store.get(key)).toEqual({ state: "unavailable" });
      expect(await store.putIfNewer(key, { version: 1, value: 1, ttlMs: TTL_MS })).toBe(
        "unavailable",
      );
      expect(await store.forget(key)).toBe("unavailable");
      expect(await store.forgetTenant("context", testTenant("local"))).toBe("unavailable");
      expect(await store.heldBytes("context")).toBe("unavailable");
    });
  });
}

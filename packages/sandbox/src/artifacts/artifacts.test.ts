import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, readdir, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { LiluxError } from "@lilux/protocol";
import { temporaryDirectory } from "@lilux/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pruneOutputs } from "./prune-outputs.ts";
import { readTar } from "./read-tar.ts";
import { saveArtifacts } from "./save-artifacts.ts";

const LONG = `${"d".repeat(90)}/${"e".repeat(60)}.txt`;

async function archiveOf(fill: (folder: string) => Promise<void>): Promise<Buffer> {
  const folder = await temporaryDirectory();
  try {
    await fill(folder.path);
    return execFileSync("tar", ["--format=ustar", "-cf", "-", "-C", folder.path, "."]);
  } finally {
    await folder.remove();
  }
}

const ordinary = await archiveOf(async (folder) => {
  await writeFile(join(folder, "a.txt"), "a");
  await mkdir(join(folder, "d".repeat(90)));
  await writeFile(join(folder, LONG), "deep");
  await writeFile(join(folder, ".hidden"), "h");
  await symlink("/etc/passwd", join(folder, "link"));
});

/** The archive with one header's field changed and its sum made right again. */
function forged(name: string, size = "00000000001"): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(size, 124);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  let sum = 8 * 0x20;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, Buffer.alloc(512, "x"), Buffer.alloc(1024)]);
}

describe("an archive out of the sandbox", () => {
  it("is read as tar wrote it: files and their folders, but no links", () => {
    const files = readTar(ordinary).map(({ name, bytes }) => [name, bytes.toString()]);
    expect(Object.fromEntries(files)).toEqual({ "a.txt": "a", [LONG]: "deep", _hidden: "h" });
  });

  // Mutant: keep segments as they are written, and `..` comes through.
  it.each([
    ["../../etc/cron.d/x", "_/_/etc/cron.d/x"],
    ["/etc/passwd", "etc/passwd"],
    ["a/../b", "a/_/b"],
    ["a\u0007\nb", "a__b"],
    ["...", "_"],
  ])("makes the name %j harmless", (written, name) => {
    expect(readTar(forged(written)).map((file) => file.name)).toEqual([name]);
  });

  it.each(["77777777777", "-0000000001", "zzzzzzzzzzz", ""])("refuses the length %j", (size) => {
    expect(() => readTar(forged("a", size))).toThrow(LiluxError);
  });

  it("is read or refused whatever its bytes are, and never leads out", () => {
    const flips = fc.array(fc.tuple(fc.nat({ max: ordinary.length - 1 }), fc.nat({ max: 255 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(flips, fc.nat({ max: ordinary.length }), (changes, length) => {
        const bytes = Buffer.from(ordinary).subarray(0, length);
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        try {
          for (const { name } of readTar(bytes)) {
            expect(name.startsWith("/")).toBe(false);
            expect(name.split("/").some((part) => part.startsWith("."))).toBe(false);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(LiluxError);
        }
      }),
    );
  });
});

it("the oldest runs make room for new ones, and what is not theirs is left alone", async () => {
  const folder = await temporaryDirectory();
  for (let index = 0; index < 503; index += 1) {
    const run = join(folder.path, "2026-01-24", `it-${index}`);
    await mkdir(run, { recursive: true });
    await utimes(run, index, index);
  }
  await mkdir(join(folder.path, "mine"));
  await pruneOutputs(folder.path, 0);
  const left = await readdir(join(folder.path, "2026-01-24"));
  expect(left).toHaveLength(499);
  expect(left).not.toContain("it-3");
  expect(left).toContain("it-4");
  expect(await readdir(folder.path)).toContain("mine");
  await folder.remove();
});

// Mutants: `stat`, or `readdir`, without its catch in prune-outputs.ts, and who comes meanwhile fails.
it("no run loses its files because others make room at the same time", async () => {
  const folder = await temporaryDirectory();
  const day = join(folder.path, ".ai", "outputs", "2026-01-23");
  for (let index = 0; index < 520; index += 1) {
    const run = join(day, `it-${index}`, "deep");
    await mkdir(run, { recursive: true });
    await writeFile(join(run, "x"), "x");
  }
  const saves = Array.from({ length: 20 }, () =>
    saveArtifacts({
      folder: folder.path,
      itemId: "it",
      files: [{ name: "report.txt", bytes: Buffer.from("whole") }],
      now: Date.UTC(2026, 0, 24),
    }),
  );
  const settled = Promise.allSettled(saves);
  // Another process makes room, one run each time this one's loop comes round.
  for (let index = 519; index >= 0; index -= 1) {
    rmSync(join(day, `it-${index}`), { recursive: true, force: true });
    await setImmediate();
  }
  const outcomes = await settled;
  expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
  const kept = await readdir(join(folder.path, ".ai", "outputs", "2026-01-24"));
  expect(kept).toHaveLength(20);
  await folder.remove();
});

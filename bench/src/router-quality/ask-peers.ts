import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { itemTextOf } from "@lilux/core/embedding";
import { createParser } from "@lilux/protocol";
import { Type } from "typebox";
import type { QualityAnswer, QualitySet } from "./quality-set.ts";

const SCRIPT = join(import.meta.dirname, "../../../training/router/public_peers.py");
/** All sets take a quarter of an hour; one that never ends shall not keep what was measured from being told. */
const PEERS_MS = 3 * 60 * 60_000;

const PeersFile = Type.Object({
  /** Peers that are not there, with what would make them. */
  missing: Type.Array(Type.Object({ name: Type.String(), reason: Type.String() })),
  peers: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.String(),
      /** One list for every run, in the order in which they were asked for. */
      runs: Type.Array(
        Type.Array(
          Type.Object({ item: Type.Union([Type.String(), Type.Null()]), score: Type.Number() }),
        ),
      ),
    }),
  ),
});
const parser = createParser(PeersFile, "what the peers answered");

export interface PeerAnswers {
  missing: { name: string; reason: string }[];
  peers: { name: string; runs: QualityAnswer[][] }[];
}

/** The same lines over the same texts, by what the Python of the person has of other routers. */
export function askPeers(
  runs: readonly QualitySet[],
  { python }: { python: string | undefined },
): PeerAnswers {
  const reason = "no Python with them was named: --python, see training/router/README.md";
  if (python === undefined) return { missing: [{ name: "other routers", reason }], peers: [] };
  const folder = mkdtempSync(join(tmpdir(), "lilux-peers-"));
  try {
    const [job, out] = [join(folder, "job.json"), join(folder, "answers.json")];
    writeFileSync(job, JSON.stringify(runs.map(asJob)));
    execFileSync(python, [SCRIPT, job, "--out", out], {
      stdio: ["ignore", "ignore", "inherit"],
      timeout: PEERS_MS,
    });
    const { missing, peers } = parser.parse(JSON.parse(readFileSync(out, "utf8")));
    return {
      missing,
      peers: peers.map(({ name, version, runs: answered }) => ({
        name: `${name} ${version}`,
        runs: answered.map((run) =>
          run.map(({ item, score }) => ({ item: item ?? undefined, score })),
        ),
      })),
    };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { missing: [{ name: "other routers", reason: said }], peers: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function asJob({ libraries }: QualitySet): unknown {
  return libraries.map(({ items, lines }) => ({
    items: items.map((item) => ({
      id: item.item_id,
      text: itemTextOf(item).replace(/^directive: /, ""),
      examples: item.examples ?? [],
    })),
    lines: lines.map(({ text }) => text),
  }));
}

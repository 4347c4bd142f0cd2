import { access } from "node:fs/promises";
import { join } from "node:path";

const TRAINING = join(import.meta.dirname, "..", "..", "..", "..", "training");
/** What the router and language models of this repository are judged by, and were never trained on. */
const FOLDERS = [
  "router/data/blind",
  "router/data/blind-2",
  "router/data/calls",
  "router/data/demo",
  "router/data/handwritten",
  "router/data/roastery",
  "router/data/sessions/blind-2",
  "router/data/sessions/held-out",
  "orchestrator/evaluation",
];

/** The evaluation sets that came with the program: of a checkout all of them, of an image none. */
export async function ownEvaluationSets(): Promise<string[]> {
  const paths = FOLDERS.map((folder) => join(TRAINING, folder));
  const isThere = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, at) => isThere[at] === true);
}

import { capVoices, type StudiedLine } from "@lilux/core/fitting";
import {
  createParser,
  type DatasetRow,
  LiluxError,
  StudyAnswer,
  type Tenant,
} from "@lilux/protocol";
import { type AskRouterDeps, askRouter } from "../models/ask-router.ts";

const LINES_AT_ONCE = 32;
/** No person's lines count for more of what is fitted on, however many they sent. */
const VOICE_SHARE_MAX = 0.15;

const answers = createParser(StudyAnswer, "the router's answer", "internal");

export interface StudiedRows extends Pick<StudyAnswer, "base" | "encoder" | "ranker"> {
  lines: { train: StudiedLine[]; validation: StudiedLine[] };
}

/** A dataset's rows as the router's ranker sees them. Rejects with `router_unavailable` while no router answers. */
export async function studyRows(
  tenant: Tenant,
  rows: readonly DatasetRow[],
  deps: AskRouterDeps,
): Promise<StudiedRows> {
  const splits = { train: ofSplit(rows, "train"), validation: ofSplit(rows, "validation") };
  const train = await study(tenant, splits.train, deps);
  const validation = await study(tenant, splits.validation, deps);
  const { told } = train;
  if (told === undefined) throw new LiluxError("internal");
  const { base, encoder, ranker } = told;
  return { base, encoder, ranker, lines: { train: train.lines, validation: validation.lines } };
}

function ofSplit(rows: readonly DatasetRow[], split: DatasetRow["split"]): DatasetRow[] {
  return rows.filter((row) => row.split === split);
}

async function study(
  tenant: Tenant,
  rows: readonly DatasetRow[],
  deps: AskRouterDeps,
): Promise<{ lines: StudiedLine[]; told: StudyAnswer | undefined }> {
  const voiced = rows.map(({ voice = 0, weight }) => ({ voice, weight }));
  const weights = capVoices(voiced, VOICE_SHARE_MAX);
  const lines: StudiedLine[] = [];
  let told: StudyAnswer | undefined;
  for (let start = 0; start < rows.length; start += LINES_AT_ONCE) {
    const part = rows.slice(start, start + LINES_AT_ONCE);
    const body = { study: part.map(({ line, history, call }) => ({ line, history, call })) };
    const answer = answers.parse(await askRouter(tenant, body, deps));
    if (told !== undefined && answer.base["model.onnx"] !== told.base["model.onnx"]) {
      throw new LiluxError("router_unavailable", {
        message: "The router's model changed in the middle. Fit again.",
      });
    }
    told = answer;
    for (const [place, seen] of answer.lines.entries()) {
      const { right = false } = part[place] ?? {};
      lines.push({ ...seen, right, weight: weights[start + place] ?? 0 });
    }
  }
  return { lines: withoutOtherValues(rows, lines), told };
}

/** Of a line that asked for a call with another value, the offered one was the call that was meant. */
function withoutOtherValues(
  rows: readonly DatasetRow[],
  lines: readonly StudiedLine[],
): StudiedLine[] {
  const wanted = new Set<string>();
  const nameOf = (place: number, meant: number): string => `${meant} ${rows[place]?.line}`;
  for (const [place, { right, meant }] of lines.entries()) {
    if (right) for (const one of meant) wanted.add(nameOf(place, one));
  }
  return lines.filter(
    ({ right, meant }, place) => right || !meant.some((one) => wanted.has(nameOf(place, one))),
  );
}

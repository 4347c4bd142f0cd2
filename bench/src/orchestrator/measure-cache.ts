import { startAlone } from "./alone.ts";

const TURNS = 40;
const PIECE = "The pump runs dry when the valve stays shut. ";

/** The share of each turn's prompt that the server had in its prefix cache. */
export async function measureCache(): Promise<number[]> {
  const alone = await startAlone({ window: 8_192 });
  try {
    for (let turn = 1; turn <= TURNS; turn += 1) {
      await alone.turn("local", `${turn}: ${PIECE.repeat(6)}`);
    }
    return alone.server.turns().flatMap(({ written }) => {
      return written === undefined ? [] : [written.cachedTokens / written.promptTokens];
    });
  } finally {
    await alone.stop();
  }
}

import { fitPrompt } from "./fit-prompt.ts";
import { type Prompt, promptTokens } from "./prompt-size.ts";

/** What fits into one model's window, as far as it is known. */
export interface Window {
  /** The prompt cut to size, with what is left for the answer; undefined when nothing helps. */
  fit(prompt: Prompt, known: WindowFacts): Fitted | undefined;
  /** Whether a prompt is so near the limit that an exact count is worth asking for. */
  isNear(prompt: Prompt, known: WindowFacts): boolean;
  /** The server counted a prompt. */
  counted(prompt: Prompt, tokens: number): void;
  /** The server refused a prompt as too long, in these words. */
  overflowed(sent: Fitted, said: string): void;
}

export interface WindowFacts {
  /** Tokens of prompt and answer together, where the server tells. */
  window: number | undefined;
  /** Tokens of one answer. */
  tokensMax: number;
}

export interface Fitted {
  prompt: Prompt;
  tokensMax: number;
}

/** What stays free for an answer, as a share of a small window: as a rule, and where nothing else fits. */
const RESERVE_SHARE = 1 / 4;
const RESERVE_SHARE_MIN = 1 / 16;
const RESERVE_MIN = 64;
/** A tokenizer in use may be this much better or worse than the estimate. */
const SCALE_MIN = 0.6;
const SCALE_MAX = 4;
/** Above what was measured: the next text may be of another kind. */
const MARGIN = 1.05;
/** What the refused prompt is cut to where nobody says how long it may be. */
const REFUSED_SHARE = 0.5;
const NEAR_SHARE = 0.6;

export function createWindow(): Window {
  let scale = 1;
  /** Learnt from refusals. */
  let learnt: number | undefined;
  const windowOf = ({ window }: WindowFacts): number | undefined =>
    learnt === undefined ? window : Math.min(learnt, window ?? learnt);

  return {
    fit(prompt, known) {
      const window = windowOf(known);
      if (window === undefined) return { prompt, tokensMax: known.tokensMax };
      const fitWith = (share: number): Fitted | undefined => {
        const reserve = Math.min(
          known.tokensMax,
          Math.max(RESERVE_MIN, Math.floor(window * share)),
        );
        const fitted = fitPrompt(prompt, Math.floor((window - reserve) / scale));
        if (fitted === undefined) return undefined;
        const left = Math.floor(window - promptTokens(fitted) * scale);
        return { prompt: fitted, tokensMax: Math.min(known.tokensMax, Math.max(left, reserve)) };
      };
      return fitWith(RESERVE_SHARE) ?? fitWith(RESERVE_SHARE_MIN);
    },
    isNear(prompt, known) {
      const window = windowOf(known);
      return window !== undefined && promptTokens(prompt) * scale > window * NEAR_SHARE;
    },
    counted(prompt, tokens) {
      const measured = (tokens / Math.max(1, promptTokens(prompt))) * MARGIN;
      const bounded = Math.min(SCALE_MAX, Math.max(SCALE_MIN, measured));
      // Up at once, down slowly and only when it is worth another cut.
      if (bounded > scale) scale = bounded;
      else if (bounded < scale * 0.9) scale = Math.max(bounded, scale * 0.9);
    },
    overflowed({ prompt, tokensMax }, said) {
      const named = windowIn(said);
      const plain = Math.max(1, promptTokens(prompt));
      learnt = named ?? Math.floor(plain * scale * REFUSED_SHARE);
      // It named more than we thought we sent: the estimate is what was wrong.
      if (named === undefined || named <= plain * scale) return;
      const least = ((named - tokensMax) / plain) * MARGIN;
      scale = Math.min(SCALE_MAX, Math.max(scale * 1.6, least));
    },
  };
}

function windowIn(said: string): number | undefined {
  const [, tokens] =
    /(?:maximum|max)?\s*(?:context|sequence)\s*(?:length|size|window)\D{0,30}?(\d{3,7})/i.exec(
      said,
    ) ?? [];
  return tokens === undefined ? undefined : Number(tokens);
}

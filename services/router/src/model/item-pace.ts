/**
 * When an item may be begun: at full speed while nobody types, and else one after so long, and never
 * sooner than the one before took once more: so half of a core is left, however slow the machine is.
 */
export interface ItemPace {
  /** Somebody typed a line, or asks for one. */
  lineCame(): void;
  itemBegan(): void;
  itemEnded(): void;
  /** 0 when one may be begun now. */
  waitMs(): number;
}

export interface ItemPaceOptions {
  /** Between two beginnings while lines come in. */
  everyMs: number;
  /** After so long without a line nobody types. */
  quietAfterMs: number;
  /** Monotonic milliseconds. */
  now(): number;
}

export function createItemPace({ everyMs, quietAfterMs, now }: ItemPaceOptions): ItemPace {
  let lineAt = Number.NEGATIVE_INFINITY;
  let beganAt = Number.NEGATIVE_INFINITY;
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    lineCame() {
      lineAt = now();
    },
    itemBegan() {
      beganAt = now();
      nextAt = beganAt + everyMs;
    },
    itemEnded() {
      nextAt = Math.max(nextAt, now() + (now() - beganAt));
    },
    waitMs() {
      const at = now();
      return at - lineAt >= quietAfterMs ? 0 : Math.max(0, nextAt - at);
    },
  };
}

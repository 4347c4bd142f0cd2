/** When an item may be begun: at full speed while nobody types, and else one after so long. */
export interface ItemPace {
  /** Somebody typed a line, or asks for one. */
  lineCame(): void;
  itemBegan(): void;
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
  let itemAt = Number.NEGATIVE_INFINITY;
  return {
    lineCame() {
      lineAt = now();
    },
    itemBegan() {
      itemAt = now();
    },
    waitMs() {
      const at = now();
      return at - lineAt >= quietAfterMs ? 0 : Math.max(0, itemAt + everyMs - at);
    },
  };
}

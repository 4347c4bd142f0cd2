/** A key as the line sees it. */
export interface LineKey {
  /** What it writes, or its name where it writes nothing. */
  key: string;
  /** The physical key. */
  code: string;
  /** What the physical key writes by itself on this layout; null where no browser tells. */
  plain: string | null;
  shift: boolean;
  /** Alt where it writes nothing; Ctrl on a Mac, whose Option writes signs. */
  rankModifier: boolean;
  /** Ctrl or Command, but not the Ctrl that is half of AltGr on Windows. */
  control: boolean;
  /** An input method is composing: its keys are not ours. */
  composing: boolean;
  caretAtEnd: boolean;
}

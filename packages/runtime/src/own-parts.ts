import { LiluxError } from "@lilux/protocol";

/** Whatever a process opens; each kind of part has its own word for closing. */
export type Closable =
  | { stop(): Promise<void> | void }
  | { close(): Promise<void> | void }
  | { drain(): Promise<void> | void };

export interface Opening {
  /**
   * Has a part closed when the process ends, the last one first, and returns
   * it. Once the process is ending it closes the part at once and throws
   * `cancelled`: an opening that hands over each part goes no further.
   */
  own<T extends Closable>(part: T): T;
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
}

export interface Owner extends Opening {
  /** From now on nothing more is opened. */
  abort(): void;
  /** Closes all in reverse, each whatever became of the others; false if one could not. */
  close(): Promise<boolean>;
}

export function createOwner(onError: (error: unknown) => void): Owner {
  const parts: Closable[] = [];
  const late: Promise<boolean>[] = [];
  const ending = new AbortController();
  let closing: Promise<boolean> | undefined;

  async function closePart(part: Closable): Promise<boolean> {
    try {
      await closerOf(part);
      return true;
    } catch (error) {
      onError(error);
      return false;
    }
  }

  async function closeAll(): Promise<boolean> {
    let clean = true;
    for (const part of parts.toReversed()) clean = (await closePart(part)) && clean;
    return (await Promise.all(late)).every(Boolean) && clean;
  }

  return {
    signal: ending.signal,
    own(part) {
      if (!ending.signal.aborted) {
        parts.push(part);
        return part;
      }
      late.push(closePart(part));
      throw new LiluxError("cancelled", { message: "The process ends while it starts." });
    },
    abort: () => ending.abort(new LiluxError("cancelled")),
    close() {
      ending.abort(new LiluxError("cancelled"));
      closing ??= closeAll();
      return closing;
    },
  };
}

function closerOf(part: Closable): Promise<void> | void {
  if ("stop" in part) return part.stop();
  return "close" in part ? part.close() : part.drain();
}

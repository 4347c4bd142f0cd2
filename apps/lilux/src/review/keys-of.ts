/** Single keys, as they are pressed. The input is given back by `close`. */
export interface Keys {
  /** The next one; undefined once there are no more. Ctrl-C and Ctrl-D are no more. */
  next(): Promise<string | undefined>;
  close(): void;
}

const ENDS = new Set(["\u0003", "\u0004"]);

/** Of a terminal without waiting for Enter; of a pipe, its characters. */
export function keysOf(input: NodeJS.ReadStream): Keys {
  const isTerminal = input.isTTY === true;
  if (isTerminal) input.setRawMode(true);
  input.setEncoding("utf8");
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<string>;
  let held: string[] = [];
  return {
    async next() {
      while (held.length === 0) {
        const chunk = await chunks.next();
        if (chunk.done === true) return undefined;
        // An arrow or a function key is a sequence of several, and none of ours.
        if (!chunk.value.startsWith("\u001b")) held = [...chunk.value];
      }
      const key = held.shift();
      return key === undefined || ENDS.has(key) ? undefined : key;
    },
    close() {
      if (isTerminal) input.setRawMode(false);
      input.destroy();
    },
  };
}

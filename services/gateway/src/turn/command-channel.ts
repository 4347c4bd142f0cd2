import type { TurnCommand } from "@lilux/protocol";

/** Commands on their way to one attempt of a turn. One reader. */
export interface CommandChannel extends AsyncIterable<TurnCommand> {
  push(command: TurnCommand): void;
  end(): void;
}

export function createCommandChannel(): CommandChannel {
  const waiting: TurnCommand[] = [];
  let isEnded = false;
  let wake: (() => void) | undefined;

  async function* read(): AsyncGenerator<TurnCommand> {
    for (;;) {
      const command = waiting.shift();
      if (command !== undefined) yield command;
      else if (isEnded) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    push(command) {
      if (!isEnded) waiting.push(command);
      wake?.();
    },
    end() {
      isEnded = true;
      wake?.();
    },
    [Symbol.asyncIterator]: read,
  };
}

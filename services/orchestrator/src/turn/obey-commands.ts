import type { TurnCommand } from "@lilux/protocol";
import type { Confirmations } from "../scope/confirmations.ts";

export interface Obeying {
  confirmations: Confirmations;
  cancel(): void;
}

/** Acts on the person's confirms and cancels as they come, until told to stop. */
export function obeyCommands(
  commands: AsyncIterable<TurnCommand>,
  { confirmations, cancel }: Obeying,
): () => void {
  const iterator = commands[Symbol.asyncIterator]();
  let stopped = false;
  const obey = async (): Promise<void> => {
    for (;;) {
      const next = await iterator.next();
      if (next.done === true || stopped) return;
      const command = next.value;
      if (command.type === "cancel") cancel();
      else confirmations.answer(command.callId, command.approve);
    }
  };
  // A source of commands that fails is one without further commands.
  obey().catch(() => {});
  return () => {
    stopped = true;
    iterator.return?.().catch(() => {});
  };
}

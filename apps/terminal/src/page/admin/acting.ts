import { messageOf } from "./use-loaded.ts";

/** Has something done; what came of it is told or taken, and what is shown is read anew. An error is told. */
export function acting(tell: (message: string) => void, reload: () => void) {
  return <T>(work: Promise<T>, then: string | ((value: T) => void)): void => {
    work.then(
      (value) => {
        if (typeof then === "string") tell(then);
        else then(value);
        reload();
      },
      (thrown: unknown) => tell(messageOf(thrown)),
    );
  };
}

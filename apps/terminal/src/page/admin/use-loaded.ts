import { useCallback, useEffect, useState } from "preact/hooks";

export interface Loaded<T> {
  value: T | undefined;
  reload(): void;
}

/** What a question answered last. An error is told, and what was there stays. */
export function useLoaded<T>(load: () => Promise<T>, tell: (message: string) => void): Loaded<T> {
  const [value, setValue] = useState<T>();
  const reload = useCallback(() => {
    load().then(setValue, (thrown: unknown) => tell(messageOf(thrown)));
  }, [load, tell]);
  useEffect(reload, [reload]);
  return { value, reload };
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

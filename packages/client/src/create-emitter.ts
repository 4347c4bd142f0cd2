/** Named events with typed values. */
export interface Emitter<Events> {
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void;
  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void;
}

export function createEmitter<Events>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(value: never) => void>>();
  return {
    on(name, listener) {
      const of = listeners.get(name) ?? new Set();
      listeners.set(name, of);
      of.add(listener);
      return () => void of.delete(listener);
    },
    emit(name, value) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          (listener as (value: Events[typeof name]) => void)(value);
        } catch (error) {
          // The listener's own mistake: it is reported as any unhandled error is.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}

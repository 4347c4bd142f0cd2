/** What all processes of a run may hold together, and what holds them to it. */
export type MemoryLimit =
  /** A control group for each run, made in a subtree that the service was given. */
  | { holder: "cgroup"; bytesMax: number; processesMax: number; subtree: string }
  | { holder: "watchdog"; bytesMax: number };

/** For people: what holds a run, and how much it lets pass. */
export function describeLimit({ holder, bytesMax }: MemoryLimit): string {
  return `${holder}, ${Math.round(bytesMax / 1024 / 1024)} MiB`;
}

/** Whether a run must not start before it is held. */
export function holdsFromStart({ holder }: MemoryLimit): boolean {
  return holder === "cgroup";
}

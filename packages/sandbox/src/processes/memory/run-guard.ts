/** Holds one run's memory: all its processes together. */
export interface RunGuard {
  /**
   * Puts a process, and all that come of it, under the limit. `exceeded` is
   * called when they take more; the caller kills them.
   */
  attach(pid: number, exceeded: () => void): Promise<void>;
  /** Asked once the run has ended: whether it took more than it may. */
  exceeded(): Promise<boolean>;
  /** Frees what the guard holds. */
  close(): Promise<void>;
}

import type { Bus } from "../bus.ts";
import { subjects } from "../subjects.ts";

/** What members of a group that can do the same tell about themselves. */
export interface Announcement {
  replica: string;
  state: "here" | "leaving";
}

const EVERY_MS = 1_000;

/**
 * Tells whoever asks this group that there is one more of it, from now on and
 * every second. Returns how to say that it goes; call it before it stops
 * answering.
 */
export function announceReplica(
  bus: Pick<Bus, "publish">,
  { group, replica }: { group: string; replica: string },
): () => void {
  const say = (state: Announcement["state"]): void => {
    bus.publish(subjects.replicas(group), { replica, state } satisfies Announcement);
  };
  say("here");
  const timer = setInterval(() => say("here"), EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    say("leaving");
  };
}

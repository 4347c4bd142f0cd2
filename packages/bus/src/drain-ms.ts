/** How long `drain` waits for handlers unless told: less than a service's own stop deadline. */
export const DRAIN_MS = 5_000;

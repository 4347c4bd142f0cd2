/** What a service may want to count about its bus. */
export type BusEvent =
  | "body-unreadable"
  | "handler-failed"
  | "disconnected"
  | "reconnected"
  | "append-retried"
  | "permission-denied";

export type ObserveBus = (event: BusEvent) => void;

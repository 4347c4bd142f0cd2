export { createLiluxClient } from "./create-lilux-client.ts";
export type {
  ClientEvents,
  ClientTurn,
  ConnectionState,
  LiluxClient,
  LiluxClientOptions,
  ResumePoint,
  StateChange,
  TurnLost,
} from "./lilux-client.ts";
export { undoOf } from "./undo-of.ts";
export type { SocketEvent, WebSocketConstructor, WebSocketLike } from "./web-socket-like.ts";

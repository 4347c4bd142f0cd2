/** What a socket tells its listeners, whatever made it. */
export interface SocketEvent {
  data?: unknown;
  code?: number;
  reason?: string;
}

/** The part of the WebSocket standard the client uses; browsers, Node and `ws` all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export const SOCKET_OPEN = 1;

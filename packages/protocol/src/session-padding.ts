import { type Static, Type } from "typebox";

/** Of `session-start`, where frames are padded and leave on a tick: how this session's do. */
export const SessionPadding = Type.Object({
  tickMs: Type.Integer({ minimum: 1 }),
  sizes: Type.Array(Type.Integer({ minimum: 1 })),
});
export type SessionPadding = Static<typeof SessionPadding>;

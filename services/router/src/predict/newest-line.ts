/**
 * Which request of a session is the newest of those in work. Only requests in
 * work are remembered: a session that begins to count anew is not held to its
 * old numbers.
 */
export interface NewestLine {
  begin(key: string, seq: number): LineTicket;
}

export interface LineTicket {
  /** A request with a higher seq has come since. */
  isSuperseded(): boolean;
  end(): void;
}

export function createNewestLine(): NewestLine {
  const sessions = new Map<string, { newest: number; inWork: number }>();
  return {
    begin(key, seq) {
      const session = sessions.get(key) ?? { newest: seq, inWork: 0 };
      session.newest = Math.max(session.newest, seq);
      session.inWork += 1;
      sessions.set(key, session);
      return {
        isSuperseded: () => session.newest > seq,
        end() {
          session.inWork -= 1;
          if (session.inWork === 0 && sessions.get(key) === session) sessions.delete(key);
        },
      };
    },
  };
}

import { Transform } from "node:stream";

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The bytes without the byte order mark that some hosts write before their first line. */
export function withoutMark(): Transform {
  let head: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === undefined) return done(null, chunk);
      head = Buffer.concat([head, chunk]);
      const mayBeMark = MARK.subarray(0, head.length).equals(head.subarray(0, MARK.length));
      if (mayBeMark && head.length < MARK.length) return done();
      const rest = mayBeMark ? head.subarray(MARK.length) : head;
      head = undefined;
      done(null, rest);
    },
    flush(done) {
      done(null, head);
    },
  });
}

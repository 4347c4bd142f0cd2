import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { readJson } from "@lilux/core/json";
import { LiluxError } from "@lilux/protocol";
import { rpcErrorText } from "./rpc-error.ts";

export interface KeptDigitsOptions {
  /** A line longer than this goes on as it is, for the reader behind to refuse. */
  lineBytesMax: number;
  /** Where the answer to a message goes whose digits would change. */
  refuse: (answer: string) => void;
}

/**
 * Messages, a line each, on their way to the protocol library, which reads JSON
 * as JavaScript does. What it would change is put so that it does not, by the
 * rules of `readJson`, or answered with a refusal and goes no further.
 */
export class KeptDigits extends Transform {
  readonly #decoder = new StringDecoder("utf8");
  readonly #options: KeptDigitsOptions;
  #line = "";

  constructor(options: KeptDigitsOptions) {
    super();
    this.#options = options;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const lines = (this.#line + this.#decoder.write(chunk)).split("\n");
    this.#line = lines.pop() ?? "";
    for (const line of lines) this.#pass(line, "\n");
    if (this.#line.length > this.#options.lineBytesMax) {
      this.push(this.#line);
      this.#line = "";
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#pass(this.#line + this.#decoder.end(), "");
    done();
  }

  #pass(line: string, end: string): void {
    const kept = this.#kept(line);
    if (kept !== undefined && kept + end !== "") this.push(kept + end);
  }

  #kept(line: string): string | undefined {
    try {
      return JSON.stringify(readJson(line, "message"));
    } catch (thrown) {
      // What is not JSON is the protocol library's to refuse.
      if (!(thrown instanceof LiluxError)) return line;
      this.#options.refuse(`${rpcErrorText(thrown)}\n`);
      return undefined;
    }
  }
}

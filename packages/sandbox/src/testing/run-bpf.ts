export interface SyscallMade {
  number: number;
  /** The kernel's AUDIT_ARCH_… value. */
  architecture: number;
  arguments?: readonly number[];
}

/**
 * What a seccomp program answers to a call, by following its bytes as the
 * kernel does. Written from the instruction set, not from the assembler.
 */
export function runBpf(program: Buffer, made: SyscallMade): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(made.number >>> 0, 0);
  data.writeUInt32LE(made.architecture >>> 0, 4);
  made.arguments?.forEach((value, index) => {
    data.writeUInt32LE(value >>> 0, 16 + 8 * index);
  });
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const whenTrue = program.readUInt8(at * 8 + 2);
    const whenFalse = program.readUInt8(at * 8 + 3);
    const k = program.readUInt32LE(at * 8 + 4);
    if (code === 0x06) return k;
    if (code === 0x20) accumulator = data.readUInt32LE(k);
    else if (code === 0x05) at += k;
    else if (code === 0x15) at += accumulator === k ? whenTrue : whenFalse;
    else if (code === 0x35) at += accumulator >= k ? whenTrue : whenFalse;
    else if (code === 0x45) at += (accumulator & k) !== 0 ? whenTrue : whenFalse;
    else throw new Error(`no such instruction: ${code.toString(16)}`);
  }
  throw new Error("the program ends without an answer");
}

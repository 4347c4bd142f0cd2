/**
 * One instruction of a seccomp program. Jumps name labels ahead of them; a
 * jump that is not taken goes on with the next instruction.
 */
export type BpfInstruction =
  | { do: "load"; offset: number }
  | { do: "jump-if"; is: "equal" | "at-least" | "any-bit"; value: number; to: string }
  | { do: "jump"; to: string }
  | { do: "return"; value: number }
  | { do: "label"; name: string };

const LOAD_WORD = 0x20;
const JUMP = 0x05;
const JUMP_IF = { equal: 0x15, "at-least": 0x35, "any-bit": 0x45 } as const;
const RETURN = 0x06;

const INSTRUCTION_BYTES = 8;
const INSTRUCTIONS_MAX = 4_096;
/** A conditional jump's distance is one byte. */
const CONDITIONAL_DISTANCE_MAX = 255;

/**
 * Assembles classic BPF as `struct sock_filter[]`, little-endian as both
 * machines are that it is written for. Throws on a label that is missing,
 * doubled or behind its jump, and on a jump that is too far: our own mistakes.
 */
export function assembleBpf(program: readonly BpfInstruction[]): Buffer {
  const labels = placeLabels(program);
  const code = program.filter((instruction) => instruction.do !== "label");
  if (code.length > INSTRUCTIONS_MAX) throw new Error(`${code.length} instructions are too many`);
  const bytes = Buffer.alloc(code.length * INSTRUCTION_BYTES);
  code.forEach((instruction, index) => {
    const distanceTo = (label: string): number => distance(labels, label, index);
    const { code: opcode, whenTrue = 0, value } = encode(instruction, distanceTo);
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(opcode, at);
    bytes.writeUInt8(whenTrue, at + 2);
    bytes.writeUInt8(0, at + 3);
    bytes.writeUInt32LE(value >>> 0, at + 4);
  });
  return bytes;
}

function placeLabels(program: readonly BpfInstruction[]): Map<string, number> {
  const labels = new Map<string, number>();
  let index = 0;
  for (const instruction of program) {
    if (instruction.do !== "label") {
      index += 1;
      continue;
    }
    if (labels.has(instruction.name)) throw new Error(`label ${instruction.name} is there twice`);
    labels.set(instruction.name, index);
  }
  return labels;
}

function distance(labels: ReadonlyMap<string, number>, label: string, from: number): number {
  const target = labels.get(label);
  if (target === undefined) throw new Error(`there is no label ${label}`);
  const steps = target - from - 1;
  if (steps < 0) throw new Error(`label ${label} is behind its jump`);
  return steps;
}

interface Encoded {
  code: number;
  whenTrue?: number;
  value: number;
}

function encode(
  instruction: Exclude<BpfInstruction, { do: "label" }>,
  distanceTo: (label: string) => number,
): Encoded {
  switch (instruction.do) {
    case "load":
      return { code: LOAD_WORD, value: instruction.offset };
    case "return":
      return { code: RETURN, value: instruction.value };
    case "jump":
      return { code: JUMP, value: distanceTo(instruction.to) };
    case "jump-if": {
      const whenTrue = distanceTo(instruction.to);
      if (whenTrue > CONDITIONAL_DISTANCE_MAX) throw new Error(`${instruction.to} is too far`);
      return { code: JUMP_IF[instruction.is], whenTrue, value: instruction.value };
    }
  }
}

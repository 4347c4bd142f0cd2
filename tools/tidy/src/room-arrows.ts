import { dirname, join } from "node:path";
import { importsOf } from "./source-files.ts";

/** An import of one room by another that lies beside it. */
export interface RoomArrow {
  /** The folders of the two rooms. */
  fromRoom: string;
  toRoom: string;
  /** The files. */
  from: string;
  to: string;
}

/** Imports between folders that lie in one folder, at every depth; files beside them are no rooms. */
export function roomArrows(files: readonly { path: string; text: string }[]): RoomArrow[] {
  return files.flatMap(({ path: from, text }) =>
    importsOf(text)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => join(dirname(from), specifier))
      .flatMap((to) => {
        const [fromSteps, toSteps] = [from.split("/"), to.split("/")];
        const depth = fromSteps.findIndex((step, at) => step !== toSteps[at]);
        const leavesRooms = depth < 0 || Math.min(fromSteps.length, toSteps.length) <= depth + 1;
        if (leavesRooms) return [];
        const roomIn = (steps: readonly string[]): string => steps.slice(0, depth + 1).join("/");
        return [{ fromRoom: roomIn(fromSteps), toRoom: roomIn(toSteps), from, to }];
      }),
  );
}

/** The imports that lie on a circle of rooms, as `from -> to`. */
export function circlesOf(arrows: readonly RoomArrow[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { fromRoom, toRoom } of arrows) {
    next.set(fromRoom, (next.get(fromRoom) ?? new Set()).add(toRoom));
  }
  return arrows
    .filter(({ fromRoom, toRoom }) => canReach(toRoom, fromRoom, next))
    .map(({ from, to }) => `${from} -> ${to}`);
}

function canReach(from: string, to: string, next: ReadonlyMap<string, Set<string>>): boolean {
  const seen = new Set([from]);
  for (const room of seen) for (const further of next.get(room) ?? []) seen.add(further);
  return seen.has(to);
}

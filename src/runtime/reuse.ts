import type { Compile, Executable } from "./executable.js";
import type { OnnxModel } from "./lower.js";

/** A compiler that compiles equal models once; `release` frees all that it keeps. */
export interface ReusingCompiler {
  /** Executables of equal models are one, for as long as it is kept. */
  readonly compile: Compile;
  readonly release: () => Promise<void>;
}

interface Kept {
  readonly model: OnnxModel;
  readonly executable: Promise<Executable>;
  /** How many of its users have not released it. */
  users: number;
}

/** For many runs of few graphs: keeps up to `capacity` executables, and the one that was unused longest gives way. */
export function reusing(compile: Compile, capacity: number): ReusingCompiler {
  const kept: Kept[] = []; // the last used at the end
  const makeRoom = async () => {
    const unused = kept.findIndex(({ users }) => users === 0);
    if (kept.length < capacity || unused < 0) return;
    const [gone] = kept.splice(unused, 1);
    await (await gone!.executable).release();
  };
  return {
    async compile(model) {
      const known = kept.findIndex((other) => areEqual(other.model, model));
      if (known < 0) await makeRoom();
      const entry = known < 0 ? { model, executable: compile(model), users: 0 } : kept.splice(known, 1)[0]!;
      entry.users++;
      kept.push(entry);
      const { run } = await entry.executable;
      return {
        run,
        async release() {
          entry.users--;
        },
      };
    },
    async release() {
      const executables = await Promise.all(kept.splice(0).map(({ executable }) => executable));
      await Promise.all(executables.map((executable) => executable.release()));
    },
  };
}

/** Constants beside the bytes are equal if they are the same arrays: large ones are not made twice. */
function areEqual(a: OnnxModel, b: OnnxModel): boolean {
  if (a.bytes.length !== b.bytes.length || a.beside.size !== b.beside.size) return false;
  for (const [name, values] of a.beside) if (b.beside.get(name) !== values) return false;
  for (let i = 0; i < a.bytes.length; i++) if (a.bytes[i] !== b.bytes[i]) return false;
  return true;
}

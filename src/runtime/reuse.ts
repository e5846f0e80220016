import type { Compile, Executable } from "./executable.js";

/** A compiler that compiles equal models once; `release` frees all that it keeps. */
export interface ReusingCompiler {
  /** Executables of equal models are one, for as long as it is kept. */
  readonly compile: Compile;
  readonly release: () => Promise<void>;
}

interface Kept {
  readonly bytes: Uint8Array;
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
      const known = kept.findIndex(({ bytes }) => areEqual(bytes, model.bytes));
      if (known < 0) await makeRoom();
      const entry =
        known < 0 ? { bytes: model.bytes, executable: compile(model), users: 0 } : kept.splice(known, 1)[0]!;
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

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

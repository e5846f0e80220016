import type { Compile, Executable } from "./executable.js";

/** A compiler that compiles equal models once; `release` frees all that it made. */
export interface ReusingCompiler {
  /** Executables of equal models are one; their own `release` does nothing. */
  readonly compile: Compile;
  readonly release: () => Promise<void>;
}

/** For many runs of few graphs, as when prompts of equal length are explained one after another. */
export function reusing(compile: Compile): ReusingCompiler {
  const made: { readonly bytes: Uint8Array; readonly executable: Promise<Executable> }[] = [];
  return {
    async compile(model) {
      const known = made.find(({ bytes }) => areEqual(bytes, model.bytes));
      const executable = known?.executable ?? compile(model);
      if (known === undefined) made.push({ bytes: model.bytes, executable });
      const { run } = await executable;
      return { run, release: async () => {} };
    },
    async release() {
      const executables = await Promise.all(made.splice(0).map(({ executable }) => executable));
      await Promise.all(executables.map((executable) => executable.release()));
    },
  };
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

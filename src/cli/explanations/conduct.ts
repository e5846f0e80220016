import { compileDenoiser } from "../../generate/networks.js";
import { inLanes, type Job } from "../../in-lanes.js";
import type { Parts } from "./parts.js";
import type { Findings, Section, SectionRun, Unit } from "./section.js";

/** A piece of work of a section, by the name under which its result is kept. */
export interface Task {
  readonly section: Section;
  readonly name: string;
  readonly unit: Unit<unknown>;
}

/** All work of the report, in order. */
export async function planOf(sections: readonly Section[], run: SectionRun): Promise<Task[]> {
  const planned: Task[] = [];
  for (const section of sections) {
    for (const unit of await section.plan(run)) {
      planned.push({ section, unit, name: `${section.id}-${unit.name}` });
    }
  }
  return planned;
}

/** Passes of all these tasks. */
export const passesOf = (tasks: readonly Task[]): number =>
  tasks.reduce((total, { unit }) => total + unit.passes, 0);

/** Called around every task that is not done yet. */
export interface WorkEvents {
  readonly onStart: (task: Task) => void;
  readonly onDone: (task: Task) => void;
}

/** Does what is not done yet, in so many lanes, and keeps each result. Throws CancelledError; what was kept stays. */
export async function work(
  tasks: readonly Task[],
  parts: Parts,
  { lanes, signal }: { readonly lanes: number; readonly signal: AbortSignal },
  { onStart, onDone }: WorkEvents,
): Promise<void> {
  const left = tasks.filter(({ name }) => parts.read(name) === undefined);
  const jobs = left.map(
    (task): Job =>
      async (stop) => {
        onStart(task);
        parts.keep(task.name, await task.unit.run(stop));
        onDone(task);
      },
  );
  await inLanes(lanes, jobs, signal);
}

/** What the sections make of results that are all kept: of the kept text, so that a resumed run finds the same. */
export async function findingsOf(
  sections: readonly Section[],
  tasks: readonly Task[],
  run: SectionRun,
  parts: Parts,
): Promise<{ readonly section: Section; readonly findings: Findings }[]> {
  const found: { section: Section; findings: Findings }[] = [];
  for (const section of sections) {
    const results = tasks
      .filter((task) => task.section === section)
      .map(({ name }) => parts.read(name)?.result);
    found.push({ section, findings: await section.finish(run, results) });
  }
  return found;
}

/** Seconds that one pass of the network for one picture takes here and now. */
export async function secondsPerPass({ model, encodePrompt, compile }: SectionRun): Promise<number> {
  const { run, release } = await compileDenoiser(model, await encodePrompt("a cat on grass"), compile);
  const { channels, imageSize } = model.config.unet;
  const x = new Float32Array(channels * imageSize ** 2); // [6, H, W]
  try {
    await run(x, 0);
    const start = performance.now();
    let passes = 0;
    while (performance.now() - start < MEASURED) {
      await run(x, 0);
      passes += 1;
    }
    return (performance.now() - start) / 1000 / passes;
  } finally {
    await release();
  }
}

/** Milliseconds. */
const MEASURED = 500;

import { basename, dirname, join } from "node:path";
import { UsageError } from "../../errors.js";
import type { Metric } from "../../evaluate/interval.js";
import { writeTogether } from "../../files/write.js";
import { type Io, isTerminal } from "../io.js";
import type { Measured } from "../metrics.js";
import { formatSeconds, progressBar } from "../progress.js";
import { findingsOf, passesOf, planOf, secondsPerPass, type Task, work } from "./conduct.js";
import { reportDocument } from "./document.js";
import { openParts, type Parts } from "./parts.js";
import type { Section, SectionRun } from "./section.js";

/** The two files of a report. */
export interface ReportFiles {
  readonly html: string;
  readonly json: string;
}

/** `report.html` comes with `report.json`. Throws UsageError for a file of another kind. */
export function reportFiles(out: string): ReportFiles {
  if (!/[^/\\]\.html$/.test(out))
    throw new UsageError(`--out must be a file that ends in .html; got ${JSON.stringify(out)}`);
  return { html: out, json: join(dirname(out), basename(out).replace(/\.html$/, ".json")) };
}

/** What a report is to be made of. */
export interface WantedReport {
  readonly sections: readonly Section[];
  readonly run: SectionRun;
  /** Pieces of work that are done beside each other; the run's compiler must allow it. */
  readonly lanes: number;
  readonly files: ReportFiles;
  /** What it is made with, to be written into it; work of other settings is not taken up. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The command line that makes it again. */
  readonly command: string;
}

/**
 * Measures and writes a report. What is finished is kept in a folder beside it until all is, so that the same call goes on
 * where an earlier one was stopped.
 *
 * Gives the figures. Throws CancelledError, InputError if files can't be written or the folder holds work of other settings.
 */
export async function makeReport(wanted: WantedReport, io: Io, isQuiet: boolean): Promise<Measured> {
  const { sections, run, lanes, files, settings, command } = wanted;
  const parts = openParts(`${files.html}.parts`, settings);
  const tasks = await planOf(sections, run);
  const { signal } = io;
  if (isQuiet) await work(tasks, parts, { lanes, signal }, { onStart: () => {}, onDone: () => {} });
  else await workAloud(tasks, parts, wanted, io);
  const found = await findingsOf(sections, tasks, run, parts);
  const metrics: Record<string, Metric> = {};
  for (const { findings } of found) Object.assign(metrics, findings.metrics);
  const html = reportDocument({ model: run.model.config.name, found, settings, command });
  writeTogether(
    new Map([
      [files.html, new TextEncoder().encode(html)],
      [files.json, new TextEncoder().encode(`${JSON.stringify({ metrics, settings }, null, 2)}\n`)],
    ]),
    "replace",
  );
  parts.remove();
  return { metrics, settings };
}

/** Does the tasks that are not done yet; tells on stderr how long that will take, and how far it is. */
async function workAloud(
  tasks: readonly Task[],
  parts: Parts,
  { run, lanes }: Pick<WantedReport, "run" | "lanes">,
  io: Io,
): Promise<void> {
  const { stderr, env, signal } = io;
  const left = tasks.filter(({ name }) => parts.read(name) === undefined);
  const pace = (await secondsPerPass(run)) / lanes;
  const there = tasks.length - left.length;
  const before = there > 0 ? `${there} of ${tasks.length} pieces of work are there; ` : "";
  const time = formatSeconds(passesOf(left) * pace);
  stderr.write(`${before}about ${time} to go; Ctrl-C stops, and the same command goes on from there\n`);
  const progress = progressBar(io, "measuring", passesOf(left), "pass");
  let done = 0;
  const begun = new Set<Section>();
  try {
    const events = {
      onStart({ section }: Task) {
        if (begun.has(section) || isTerminal(stderr, env)) return;
        begun.add(section);
        const own = left.filter((task) => task.section === section);
        stderr.write(`${section.id}: about ${formatSeconds(passesOf(own) * pace)}\n`);
      },
      onDone({ unit }: Task) {
        done += unit.passes;
        progress.update(done);
      },
    };
    await work(left, parts, { lanes, signal }, events);
  } finally {
    progress.end();
  }
}

import { packTar } from "modern-tar";
import type { FailureReason } from "../image-failure.js";
import type { Failed, Outcome, Sample } from "./outcome.js";

/** What became of the entries of one shard. */
export interface ShardReport {
  readonly entries: number;
  readonly samples: number;
  readonly failures: readonly (Failed & { readonly key: string })[];
}

/** The name of a pair: its entry's number, so that it is the same in every run. */
export const keyOf = (index: number): string => String(index).padStart(9, "0");

/** Outcomes as a WebDataset shard (KEY.png, KEY.txt, KEY.json, in the order of the entries) and a report. */
export async function encodeShard(
  outcomes: Iterable<Outcome>,
): Promise<{ readonly tar: Uint8Array; readonly report: ShardReport }> {
  const sorted = [...outcomes].sort((a, b) => a.index - b.index);
  const samples = sorted.flatMap((outcome) => ("sample" in outcome ? [outcome] : []));
  const failures = sorted.flatMap((outcome) =>
    "failed" in outcome ? [{ key: keyOf(outcome.index), ...outcome.failed }] : [],
  );
  const tar = await packTar(samples.flatMap(({ index, sample }) => entriesOf(keyOf(index), sample)));
  return { tar, report: { entries: sorted.length, samples: samples.length, failures } };
}

function entriesOf(key: string, { caption, facts, png }: Sample) {
  const text = new TextEncoder();
  const parts = [
    ["png", png],
    ["txt", text.encode(caption)],
    ["json", text.encode(JSON.stringify({ key, caption, ...facts }))],
  ] as const;
  return parts.map(([ending, body]) => ({
    // a fixed time, so that equal pairs give equal bytes
    header: { name: `${key}.${ending}`, size: body.length, mode: 0o644, mtime: new Date(0) },
    body,
  }));
}

/** Entries, pairs and failures by reason, of all shards together. */
export interface ShardTotals {
  readonly shards: number;
  readonly entries: number;
  readonly samples: number;
  readonly failures: Readonly<Record<string, number>>;
}

/** Sums of reports; the most frequent failure first. */
export function totalsOf(reports: readonly ShardReport[]): ShardTotals {
  const sum = (of: (report: ShardReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const counts = new Map<FailureReason, number>();
  for (const { reason } of reports.flatMap(({ failures }) => failures)) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b, "en"));
  return {
    shards: reports.length,
    entries: sum(({ entries }) => entries),
    samples: sum(({ samples }) => samples),
    failures: Object.fromEntries(sorted),
  };
}

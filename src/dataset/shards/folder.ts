import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { InputError, UsageError } from "../../errors.js";
import { parseFile, parseJson } from "../../files/read.js";
import { ensureFolder, removeLeftovers, writeFileAtomic, writeTogether } from "../../files/write.js";
import type { FailureReason } from "../image-failure.js";
import { readJournal, removeJournal } from "./journal.js";
import type { Outcome } from "./outcome.js";
import { encodeShard, type ShardReport } from "./shard.js";

/** What shards are made of, and how: work on them goes on only with the same. */
export type ShardSettings = Readonly<Record<string, string | number>>;

const SETTINGS = "settings.json";

/**
 * Makes a folder for shards, or finds out that work in it goes on; what a kill left half written is removed.
 * Throws UsageError if it holds shards made with other settings, or other files; InputError if it can't be written.
 */
export function openShardFolder(folder: string, settings: ShardSettings): void {
  ensureFolder(folder);
  removeLeftovers(folder);
  const path = join(folder, SETTINGS);
  if (existsSync(path)) {
    const before = parseFile(path, (bytes) => settingsSchema.safeParse(parseJson(bytes)).data ?? {});
    const names = new Set([...Object.keys(before), ...Object.keys(settings)]);
    const other = [...names].find((name) => before[name] !== settings[name]);
    if (other === undefined) return;
    throw new UsageError(
      `${folder} holds shards made with ${other} ${before[other] ?? "unset"}; got ${settings[other] ?? "unset"}; give the same, or choose another folder`,
    );
  }
  const [file] = readdirSync(folder);
  if (file !== undefined) {
    throw new UsageError(
      `${folder} must be empty, or hold shards to go on with; it has ${file}; choose another folder`,
    );
  }
  writeFileAtomic(path, encodeJson(settings), "refuse");
}

const settingsSchema = z.record(z.string(), z.union([z.string(), z.number()]));

const stem = (folder: string, shard: number): string => join(folder, String(shard).padStart(6, "0"));

/** Where the outcomes of an unfinished shard are collected. */
export const journalOf = (folder: string, shard: number): string => `${stem(folder, shard)}.unfinished.jsonl`;

const reportOf = (folder: string, shard: number): string => `${stem(folder, shard)}.report.json`;

/** The report of a shard that is finished; undefined for any other. Throws InputError if it is damaged. */
export function finishedReport(folder: string, shard: number): ShardReport | undefined {
  const path = reportOf(folder, shard);
  if (!existsSync(path)) return undefined;
  const report = parseFile(path, (bytes) => {
    const result = reportSchema.safeParse(parseJson(bytes));
    if (result.success) return result.data;
    throw new InputError("this is no report of a shard; remove it, and the shard is made again");
  });
  // a kill may have come between the shard's new name and this
  removeJournal(journalOf(folder, shard));
  return report;
}

const reportSchema = z.strictObject({
  entries: z.int().nonnegative(),
  samples: z.int().nonnegative(),
  failures: z.array(
    z.strictObject({
      key: z.string(),
      reason: z.custom<FailureReason>((value) => typeof value === "string"),
      where: z.string(),
      detail: z.string(),
    }),
  ),
});

/** The outcomes of a shard that a stopped run left. Throws InputError if they can't be read. */
export const unfinishedOutcomes = (folder: string, shard: number): ReadonlyMap<number, Outcome> =>
  readJournal(journalOf(folder, shard));

/**
 * Makes a shard of the outcomes collected. The report gets its name last, and stands for a finished shard: a kill before
 * that leaves the collected outcomes, from which the same bytes are made again.
 * Throws InputError if it can't be written.
 */
export async function finishShard(folder: string, shard: number): Promise<ShardReport> {
  const journal = journalOf(folder, shard);
  const { tar, report } = await encodeShard(readJournal(journal).values());
  const files = new Map([
    [`${stem(folder, shard)}.tar`, tar],
    [reportOf(folder, shard), encodeJson(report)],
  ]);
  writeTogether(files, "replace");
  removeJournal(journal);
  return report;
}

/** A value as indented JSON. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

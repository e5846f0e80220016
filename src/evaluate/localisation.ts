import type { Slot } from "../data/caption.js";
import { maskFor } from "../data/scene.js";
import { MAP_TREATMENTS, type MapTreatment, treatMaps } from "../explain/map-treatment.js";
import type { Encoding } from "../text/bpe.js";
import { wordsInSpan } from "../text/words.js";
import type { Metric } from "./interval.js";
import { CROWDS, type KnownScene } from "./localisation-scenes.js";
import { energyPointingGame } from "./scores/energy-pointing-game.js";
import { intersectionOverUnion } from "./scores/intersection-over-union.js";
import { isInside, maskArea, maskOf } from "./scores/map.js";
import { pointingGame } from "./scores/pointing-game.js";
import { relevanceRankAccuracy } from "./scores/relevance-rank.js";
import { bootstrapMean } from "./statistics/bootstrap.js";
import { mean } from "./statistics/summary.js";

/** The time steps at which words are asked where they act. */
export const LOCALISATION_TIMES = [200, 500, 800, 950] as const;

/** Words by what they name; a colour word names the thing that it colours. */
export const ROLES = ["object", "hat", "colour", "background"] as const;
export type Role = (typeof ROLES)[number];

/**
 * Raw maps of any attribution method for a scene noised to t: one [H, W] per word of its caption, as the tokeniser has them.
 * Maps of tokens that belong to no word may follow; they count in the shares.
 */
export interface ForcedMaps {
  /** Of the scene. */
  readonly index: number;
  readonly t: number;
  readonly maps: readonly Float32Array[];
}

/** A scene with its caption as the tokeniser has it. */
export interface CaptionedScene extends KnownScene {
  readonly encoding: Encoding;
}

/**
 * Whether the words' maps lie on what the words name, per split, crowd, role, treatment of the maps and time step.
 *
 * `energyPointing.heldOut.one.object.excess.t200`, `pointing...` and `rankAccuracy...` (of raw maps and shares), `iou...`, and `chance...`,
 * the mask's part of the picture. `responsibility.heldOut.one.object.t200` is the share of scenes in which no other word has
 * more of its raw map inside the mask. `localisation.one.t200` is the energy of raw maps of object words on held-out scenes,
 * `responsibility.object` their responsibility over all crowds and times. Words of one role are averaged within a scene, and the scenes are the samples; figures without any are left out.
 */
export async function localisationMetrics(
  scenes: readonly CaptionedScene[],
  maps: AsyncIterable<ForcedMaps>,
): Promise<Record<string, Metric>> {
  const samples = new Map<string, Map<number, number>>();
  for await (const { index, t, maps: raw } of maps) {
    const scored = scenes[index]!;
    const named = [
      ...sceneAreas(scored),
      ...sceneScores(scored, raw).map(([name, value]) => [`${name}.t${t}`, value] as const),
    ];
    for (const [name, value] of named) {
      const known = samples.get(name) ?? new Map<number, number>();
      samples.set(name, known.set(index, value));
    }
  }
  const metric = (name: string, shown = name): [string, Metric][] => {
    const known = samples.get(name);
    if (known === undefined) return [];
    // In the order of the scenes, so that the interval does not depend on that of the maps.
    const inOrder = [...known].sort(([a], [b]) => a - b).map(([, value]) => value);
    return [[shown, bootstrapMean(inOrder)]];
  };
  const headline = CROWDS.flatMap((crowd) =>
    LOCALISATION_TIMES.flatMap((t) =>
      metric(`energyPointing.heldOut.${crowd}.object.raw.t${t}`, `localisation.${crowd}.t${t}`),
    ),
  );
  return Object.fromEntries([
    ...headline,
    ...overTimes(samples),
    ...[...samples.keys()].sort().flatMap((name) => metric(name)),
  ]);
}

/** Object words' responsibility on held-out scenes, averaged over the times within each. */
function overTimes(samples: ReadonlyMap<string, ReadonlyMap<number, number>>): [string, Metric][] {
  const scenes = CROWDS.flatMap((crowd) => {
    const times = LOCALISATION_TIMES.flatMap(
      (t) => samples.get(`responsibility.heldOut.${crowd}.object.t${t}`) ?? [],
    );
    const indices = [...(times[0]?.keys() ?? [])].sort((a, b) => a - b);
    return indices.map((index) => mean(times.flatMap((at) => at.get(index) ?? [])));
  });
  return scenes.length === 0 ? [] : [["responsibility.object", bootstrapMean(scenes)]];
}

/**
 * Scores of a treated map against a mask; shares and their excess point at the same pixel, and rank alike, and where a word
 * leads nowhere no pixel is the highest.
 */
const SCORES = [
  { name: "energyPointing", score: energyPointingGame, of: MAP_TREATMENTS },
  { name: "pointing", score: pointingGame, of: ["raw", "share"] },
  { name: "rankAccuracy", score: relevanceRankAccuracy, of: ["raw", "share"] },
  { name: "iou", score: intersectionOverUnion, of: MAP_TREATMENTS },
] as const satisfies readonly Score[];

interface Score {
  readonly name: string;
  readonly score: (map: ArrayLike<number>, mask: ArrayLike<number>) => number | null;
  readonly of: readonly MapTreatment[];
}

/**
 * Every figure of a scene's raw maps at one time: `energyPointing.SPLIT.CROWD.ROLE.FORM`, `pointing`, `rankAccuracy` and `iou`
 * likewise, `responsibility.SPLIT.CROWD.ROLE`; words of one role are averaged.
 */
export function sceneScores(known: CaptionedScene, raw: readonly Float32Array[]): [string, number][] {
  const { split, crowd } = known;
  const words = maskedWords(known);
  const treated = MAP_TREATMENTS.flatMap((treatment) => {
    const maps = treatMaps(raw, treatment);
    const scores = SCORES.filter(({ of }) => of.some((form) => form === treatment));
    return ROLES.flatMap((role) =>
      scores.flatMap(({ name, score }) =>
        overWords(words, `${name}.${split}.${crowd}.${role}.${treatment}`, role, ({ word, mask }) =>
          score(maps[word]!, mask),
        ),
      ),
    );
  });
  const responsibility = ROLES.flatMap((role) =>
    overWords(words, `responsibility.${split}.${crowd}.${role}`, role, (word) => (leads(raw, word) ? 1 : 0)),
  );
  return [...responsibility, ...treated];
}

/** The mean area of the masks of each role, `chance.SPLIT.CROWD.ROLE`: what constant maps score. */
export function sceneAreas(known: CaptionedScene): [string, number][] {
  const words = maskedWords(known);
  return ROLES.flatMap((role) =>
    overWords(
      words,
      `chance.${known.split}.${known.crowd}.${role}`,
      role,
      ({ mask }) => maskArea(mask) || null,
    ),
  );
}

/** The mean score of the words of a role, under a name; nothing if no word has one. */
function overWords(
  words: readonly MaskedWord[],
  name: string,
  role: Role,
  score: (word: MaskedWord) => number | null,
): [string, number][] {
  const values = words.filter((word) => word.role === role).map(score);
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? [] : [[name, mean(defined)]];
}

/** Whether no other map has more inside the word's mask than its own. */
function leads(maps: readonly Float32Array[], { word, mask }: MaskedWord): boolean {
  const inside = (map: Float32Array) =>
    map.reduce((total, value, i) => (isInside(mask[i]!) ? total + value : total), 0);
  const own = inside(maps[word]!);
  return own > 0 && maps.every((map) => inside(map) <= own);
}

interface MaskedWord {
  readonly role: Role;
  /** Index in the encoding. */
  readonly word: number;
  readonly mask: Float32Array;
}

/** The words of the caption that name something, each with the mask of what it names. */
function maskedWords({ scene, encoding }: CaptionedScene): MaskedWord[] {
  return scene.words.flatMap(({ slot, start, end }) => {
    const role = roleOf(slot);
    const part = maskFor(slot);
    if (role === null || part === null) return [];
    const mask = maskOf(scene.masks[part]); // [H, W]
    return wordsInSpan(encoding, start, end).map((word) => ({ role, word, mask }));
  });
}

function roleOf(slot: Slot): Role | null {
  switch (slot) {
    case "object":
    case "hat":
    case "background":
      return slot;
    case "objectColour":
    case "hatColour":
      return "colour";
    default:
      return null;
  }
}

import type { CaseFigures } from "../../../evaluate/case-figures.js";
import { forcedMaps } from "../../../evaluate/forced-attributions.js";
import { LOCALISATION_TIMES, sceneScores } from "../../../evaluate/localisation.js";
import { CROWDS, type KnownScene, localisationScenes } from "../../../evaluate/localisation-scenes.js";
import { maskArea, maskOf } from "../../../evaluate/scores/map.js";
import { loadSprites } from "../../../files/sprites.js";
import type { MethodName } from "../../../methods/methods.js";
import { playersOf } from "../../../methods/players.js";
import { type Batch, batchesOf, CHEAP, DEAR, passesFor, takes } from "../batches.js";
import { localisationFindings } from "../localisation-findings.js";
import { defineSection, figuresResult, type SectionRun, type Unit } from "../section.js";

/** Most scenes of one unit, for methods that are cheap and for those that are not. */
const MOST = { cheap: 40, dear: 4 } as const;

/** Do the words' maps lie on what the words name? Every method on the same noised scenes, its maps treated alike. */
export const localisation = defineSection({
  id: "localisation",
  title: "Where words act",
  result: figuresResult,
  async plan(run) {
    const { scenes, dearScenes } = run.sizes;
    const planned = await Promise.all([
      ...CHEAP.map((method) => units(run, method, scenes, MOST.cheap)),
      ...DEAR.map((method) => units(run, method, dearScenes, MOST.dear)),
    ]);
    return planned.flat();
  },
  finish: async ({ sizes }, results) => localisationFindings([...areas(sizes.scenes), ...results.flat()]),
});

async function units(
  run: SectionRun,
  method: MethodName,
  count: number,
  most: number,
): Promise<Unit<CaseFigures[]>[]> {
  const scenes = await scenesFor(run, method, count);
  const batches = await batchesOf(scenes, ({ scene }) => scene.caption, run.encodePrompt, most);
  return batches.map((batch) => ({
    name: `${method}-${batch.name}`,
    passes: passesFor(method, batch.players, batch.items.length * LOCALISATION_TIMES.length),
    run: (signal: AbortSignal) => scored(run, method, batch, signal),
  }));
}

/** As many of each crowd as `heldOutScenes(count)` has: the first of the report's scenes whose captions the method takes. */
export async function scenesFor(
  { sizes, encodePrompt }: Pick<SectionRun, "sizes" | "encodePrompt">,
  method: MethodName,
  count: number,
): Promise<KnownScene[]> {
  const known = await Promise.all(
    heldOutScenes(sizes.scenes).map(async (item) => ({
      item,
      prompt: await encodePrompt(item.scene.caption),
    })),
  );
  const taken = known.flatMap(({ item, prompt }) => (takes(method, playersOf(prompt).length) ? [item] : []));
  const wanted = heldOutScenes(count);
  return CROWDS.flatMap((crowd) => {
    const isOwn = (scene: KnownScene) => scene.crowd === crowd;
    return taken.filter(isOwn).slice(0, wanted.filter(isOwn).length);
  }).sort((a, b) => a.index - b.index);
}

/** Scenes of combinations that training never shows, half of them with one object; fewer are the first of more of each kind. */
export const heldOutScenes = (count: number): KnownScene[] =>
  localisationScenes(loadSprites(), 2 * count)
    .filter(({ split }) => split === "heldOut")
    .sort((a, b) => a.index - b.index);

async function scored(
  run: SectionRun,
  method: MethodName,
  { items }: Batch<KnownScene>,
  signal: AbortSignal,
): Promise<CaseFigures[]> {
  const cases = items.map(({ item }) => ({
    scene: item.scene,
    caption: item.scene.caption,
    seed: item.index,
  }));
  const figures: CaseFigures[] = [];
  for await (const { index, t, maps } of forcedMaps({
    ...run,
    method,
    cases,
    times: LOCALISATION_TIMES,
    signal,
  })) {
    const { item, prompt } = items[index]!;
    const scores = sceneScores({ ...item, encoding: prompt.encoding }, maps);
    const own = scores
      .filter(([name]) => isReported(name))
      .map(([name, value]) => [`${method} ${name}`, value]);
    figures.push({ index: item.index, t, figures: Object.fromEntries(own) });
  }
  return figures;
}

/** The area of the object's mask in each scene, under `chance CROWD`. */
const areas = (count: number): CaseFigures[] =>
  heldOutScenes(count).map(({ scene, index, crowd }) => ({
    index,
    t: 0,
    figures: { [`chance ${crowd}`]: maskArea(maskOf(scene.masks.object)) },
  }));

/** Of other words than those of objects, the energy in the mask is enough. */
const isReported = (name: string): boolean => name.startsWith("energyPointing.") || name.includes(".object");

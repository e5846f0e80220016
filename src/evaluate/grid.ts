import { SIZE } from "../data/canvas.js";
import { MOSAIC_SIDES, type Mosaic } from "../data/mosaic.js";
import { alphaBars } from "../diffusion/schedule.js";
import { MAP_TREATMENTS, treatMaps } from "../explain/map-treatment.js";
import type { MethodName } from "../methods/methods.js";
import type { ModelConfig } from "../model/model-config.js";
import type { Encoding } from "../text/bpe.js";
import { wordsInSpan } from "../text/words.js";
import { type CaseFigures, meanFigures } from "./case-figures.js";
import { observerScore } from "./grid-observer.js";
import type { Metric } from "./interval.js";
import { type ForcedMaps, LOCALISATION_TIMES } from "./localisation.js";
import { gridPointing } from "./scores/grid-pointing.js";
import { bootstrapMean } from "./statistics/bootstrap.js";
import { mean } from "./statistics/summary.js";
import { type ForcedPicture, noisedScene } from "./teacher-forced.js";

/** The time steps at which mosaics are explained: at 950 not even an observer who knows every drawing could tell their cells. */
export const GRID_TIMES = [200, 500, 800] as const;

/** A mosaic with its caption as the tokeniser has it. */
export interface CaptionedMosaic extends Mosaic {
  readonly encoding: Encoding;
}

/**
 * Grid pointing game over mosaics, by a method's raw maps: `grid2x2.METHOD.FORM`, `grid3x3.METHOD.FORM` averaged over the
 * times, and `.tT` at each. A mosaic is a sample: the mean over its things of what their words' maps have in their own cells.
 */
export function gridMetrics(
  mosaics: readonly CaptionedMosaic[],
  method: MethodName,
  maps: AsyncIterable<ForcedMaps>,
): Promise<Record<string, Metric>> {
  async function* figures(): AsyncGenerator<CaseFigures, void, undefined> {
    for await (const { index, t, maps: raw } of maps) {
      yield { index, t, figures: mosaicScores(mosaics[index]!, method, raw) };
    }
  }
  return meanFigures(figures());
}

/**
 * What an observer who knows every drawing scores, the most that any map can be expected to: `grid2x2.observer.tT`, at 950 too.
 */
export function observerMetrics(
  cases: readonly (ForcedPicture & { readonly scene: Mosaic })[],
  config: Pick<ModelConfig, "schedule" | "unet" | "process">,
): Record<string, Metric> {
  const bars = alphaBars({ name: config.schedule });
  const figures = MOSAIC_SIDES.flatMap((side) => {
    const own = cases.filter(({ scene }) => scene.side === side);
    return (own.length === 0 ? [] : LOCALISATION_TIMES).map((t) => {
      const alphaBar = bars[t]!;
      const scores = own.map((item) =>
        observerScore(item.scene, noisedScene(item, config, alphaBar), alphaBar, config.process),
      );
      return [`grid${side}x${side}.observer.t${t}`, bootstrapMean(scores)] as const;
    });
  });
  return Object.fromEntries(figures);
}

/** A method's score on one mosaic by its raw maps, in each form: `grid2x2.METHOD.FORM`. */
export function mosaicScores(
  played: CaptionedMosaic,
  method: MethodName,
  raw: readonly Float32Array[],
): Record<string, number> {
  const name = `grid${played.side}x${played.side}.${method}`;
  return Object.fromEntries(
    MAP_TREATMENTS.map((form) => [`${name}.${form}`, score(played, treatMaps(raw, form))]),
  );
}

/** Mean over the things of a mosaic; `maps` [64, 64] are by word. */
function score({ side, tiles, encoding }: CaptionedMosaic, maps: readonly Float32Array[]): number {
  const size = { height: SIZE, width: SIZE };
  return mean(
    tiles.flatMap((tile) =>
      wordsInSpan(encoding, tile.start, tile.end).map((word) => gridPointing(maps[word]!, size, side, tile)),
    ),
  );
}

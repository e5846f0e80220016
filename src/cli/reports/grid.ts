import { MOSAIC_SIDES, mosaic } from "../../data/mosaic.js";
import { forcedMaps } from "../../evaluate/forced-attributions.js";
import { GRID_TIMES, gridMetrics, observerMetrics } from "../../evaluate/grid.js";
import { SCENE_SEED } from "../../evaluate/localisation-scenes.js";
import { loadSprites } from "../../files/sprites.js";
import type { Report } from "./report.js";

/** Do words point at their own cell of a mosaic? */
export const grid: Report = {
  doing: "explaining mosaics",
  count: 200,
  takesMethod: true,
  async metrics({ count, onProgress, ...shared }) {
    const sprites = loadSprites();
    const drawn = MOSAIC_SIDES.flatMap((side) =>
      Array.from({ length: count }, (_, index) => mosaic(sprites, side, { seed: SCENE_SEED, index })),
    );
    const mosaics = await Promise.all(
      drawn.map(async (each) => ({ ...each, encoding: (await shared.encodePrompt(each.caption)).encoding })),
    );
    const cases = mosaics.map((scene, seed) => ({ scene, caption: scene.caption, seed }));
    async function* maps() {
      let passes = 0;
      for await (const found of forcedMaps({ ...shared, cases, times: GRID_TIMES })) {
        yield found;
        passes += 1;
        onProgress(Math.floor(passes / GRID_TIMES.length / MOSAIC_SIDES.length));
      }
    }
    const metrics = await gridMetrics(mosaics, shared.method, maps());
    return { ...metrics, ...observerMetrics(cases, shared.model.config) };
  },
};

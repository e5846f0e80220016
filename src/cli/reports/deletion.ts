import { LOCALISATION_TIMES } from "../../evaluate/localisation.js";
import { localisationScenes } from "../../evaluate/localisation-scenes.js";
import { deletionMetrics, wordEffects } from "../../evaluate/word-effects.js";
import { loadSprites } from "../../files/sprites.js";
import type { Report } from "./report.js";

/** Do words get as much as deleting them changes? */
export const deletion: Report = {
  doing: "deleting words",
  count: 200,
  takesMethod: false,
  async metrics({ count, onProgress, ...run }) {
    const cases = localisationScenes(loadSprites(), count).map(({ scene, index }) => ({
      scene,
      caption: scene.caption,
      seed: index,
    }));
    async function* effects() {
      let passes = 0;
      for await (const found of wordEffects({ ...run, cases, times: LOCALISATION_TIMES })) {
        yield found;
        passes += 1;
        onProgress(Math.floor(passes / LOCALISATION_TIMES.length));
      }
    }
    return await deletionMetrics(effects());
  },
};

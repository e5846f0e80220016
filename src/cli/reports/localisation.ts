import { forcedMaps } from "../../evaluate/forced-attributions.js";
import { LOCALISATION_TIMES, localisationMetrics } from "../../evaluate/localisation.js";
import { localisationScenes } from "../../evaluate/localisation-scenes.js";
import { loadSprites } from "../../files/sprites.js";
import type { Report } from "./report.js";

/** Do words act where the things are that they name? */
export const localisation: Report = {
  doing: "explaining",
  count: 400,
  takesMethod: true,
  async metrics({ count, onProgress, ...shared }) {
    const scenes = await Promise.all(
      localisationScenes(loadSprites(), count).map(async (known) => ({
        ...known,
        encoding: (await shared.encodePrompt(known.scene.caption)).encoding,
      })),
    );
    const cases = scenes.map(({ scene, index }) => ({ scene, caption: scene.caption, seed: index }));
    async function* maps() {
      let passes = 0;
      for await (const found of forcedMaps({ ...shared, cases, times: LOCALISATION_TIMES })) {
        yield found;
        passes += 1;
        onProgress(Math.floor(passes / LOCALISATION_TIMES.length));
      }
    }
    return await localisationMetrics(scenes, maps());
  },
};

import { contentMaps, LOCALISATION_TIMES, localisationMetrics } from "../../evaluate/localisation.js";
import { localisationScenes } from "../../evaluate/localisation-scenes.js";
import { loadSprites } from "../../files/sprites.js";
import type { Report } from "./report.js";

/** Do words act where the things are that they name? */
export const localisation: Report = {
  doing: "explaining",
  count: 400,
  async metrics({ model, encodePrompt, compile, count, signal, onProgress }) {
    const scenes = await Promise.all(
      localisationScenes(loadSprites(), count).map(async (known) => ({
        ...known,
        encoding: (await encodePrompt(known.scene.caption)).encoding,
      })),
    );
    const cases = scenes.map(({ scene, index }) => ({ scene, caption: scene.caption, seed: index }));
    const run = { model, encodePrompt, compile, cases, times: LOCALISATION_TIMES, signal };
    async function* maps() {
      let passes = 0;
      for await (const found of contentMaps(run)) {
        yield found;
        passes += 1;
        onProgress(Math.floor(passes / LOCALISATION_TIMES.length));
      }
    }
    return await localisationMetrics(scenes, maps());
  },
};

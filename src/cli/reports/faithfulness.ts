import { meanFigures } from "../../evaluate/case-figures.js";
import { faithfulness as faithfulnessOf } from "../../evaluate/faithfulness.js";
import { LOCALISATION_TIMES } from "../../evaluate/localisation.js";
import { localisationScenes } from "../../evaluate/localisation-scenes.js";
import { loadSprites } from "../../files/sprites.js";
import type { Report } from "./report.js";

/** Do a method's figures agree with what masking words does? */
export const faithfulness: Report = {
  doing: "masking words",
  count: 100,
  takesMethod: true,
  async metrics({ count, onProgress, method, ...shared }) {
    const cases = localisationScenes(loadSprites(), count).map(({ scene, index }) => ({
      scene,
      caption: scene.caption,
      seed: index,
    }));
    async function* figures() {
      let passes = 0;
      for await (const found of faithfulnessOf({
        ...shared,
        methods: [method],
        cases,
        times: LOCALISATION_TIMES,
      })) {
        yield found;
        passes += 1;
        onProgress(Math.floor(passes / LOCALISATION_TIMES.length));
      }
    }
    return await meanFigures(figures());
  },
};

import { denoisingMetrics } from "../../evaluate/denoising.js";
import { forcedNetwork } from "../../evaluate/teacher-forced.js";
import { loadSprites } from "../../files/sprites.js";
import type { Report } from "./report.js";

/** How well does it see through noise, and does it heed the word that names the object? */
export const denoising: Report = {
  doing: "denoising",
  count: 256,
  takesMethod: false,
  async metrics({ model, encodePrompt, compile, count, signal, onProgress }) {
    const network = await forcedNetwork(model, encodePrompt, compile);
    try {
      return await denoisingMetrics({ network, sprites: loadSprites(), count, signal, onProgress });
    } finally {
      await network.release();
    }
  },
};

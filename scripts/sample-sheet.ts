/**
 * A sheet of what a model draws: prompts of the grammar, prompt k with seed k, each picture above its prompt; the last row are
 * combinations that training never shows.
 * `npx tsx scripts/sample-sheet.ts MODEL OUT.png [--rows 4] [--guidance 1] [--steps 25]`
 */
import { parseArgs } from "node:util";
import { fixedPrompts } from "../src/data/prompts.js";
import { sheetPicture } from "../src/files/contact-sheet.js";
import { loadModel } from "../src/files/model.js";
import { toPixels } from "../src/files/picture-grid.js";
import { openPromptEncoder } from "../src/files/prompt-encoder.js";
import { writeFileAtomic } from "../src/files/write.js";
import { lastStep, plainArtist } from "../src/generate/draw.js";
import { DEFAULT_SAMPLING } from "../src/generate/sampling.js";
import { nodeCompiler } from "../src/runtime/node.js";

const COLUMNS = 8;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "4" },
    guidance: { type: "string", default: "1" },
    steps: { type: "string", default: "25" },
  },
});
const [name, out] = positionals;
if (name === undefined || out === undefined) {
  process.stderr.write(
    "usage: npx tsx scripts/sample-sheet.ts MODEL OUT.png [--rows R] [--guidance W] [--steps N]\n",
  );
  process.exit(2);
}
const settings = { ...DEFAULT_SAMPLING, guidance: Number(values.guidance), steps: Number(values.steps) };
const rows = Number(values.rows);
const model = loadModel(name);
const compile = nodeCompiler();
const encodePrompt = await openPromptEncoder(model.config, { compile });
const prompts = [
  ...(rows > 1 ? fixedPrompts((rows - 1) * COLUMNS) : []),
  ...fixedPrompts(COLUMNS, "heldOut"),
].map(({ caption }) => caption);

const entries = [];
for (const [seed, caption] of prompts.entries()) {
  const prompt = await encodePrompt(caption);
  const artist = await plainArtist({ model, encodePrompt, prompt, settings, compile });
  const { x } = await lastStep(artist.draw(seed));
  await artist.release();
  const side = model.config.unet.imageSize;
  entries.push({ rasters: [{ width: side, height: side, rgb: toPixels(x, side).data }], caption });
}
writeFileAtomic(out, await sheetPicture(entries, { columns: COLUMNS, scale: 2 }), "replace");

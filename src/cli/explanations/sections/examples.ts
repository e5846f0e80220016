import * as z from "zod";
import { mosaic } from "../../../data/mosaic.js";
import { alphaBars } from "../../../diffusion/schedule.js";
import { forcedMaps } from "../../../evaluate/forced-attributions.js";
import { localisationScenes, SCENE_SEED } from "../../../evaluate/localisation-scenes.js";
import { type ForcedPicture, noisedScene } from "../../../evaluate/teacher-forced.js";
import { decodeMagnitudes, encodeMagnitudes } from "../../../explain/map-codec.js";
import { treatMaps } from "../../../explain/map-treatment.js";
import { sharedScale } from "../../../explain/maps.js";
import type { Raster } from "../../../figure/block.js";
import { mapRaster } from "../../../figure/colour.js";
import { toPixels } from "../../../files/picture-grid.js";
import { encodePng } from "../../../files/png.js";
import { loadSprites } from "../../../files/sprites.js";
import { METHOD_NAMES, METHODS, type MethodName } from "../../../methods/methods.js";
import { playersOf } from "../../../methods/players.js";
import { element, fragment, type Html, paragraph } from "../../../report/html.js";
import { picture, pictureTable, scaleLegend } from "../../../report/pictures.js";
import { passesFor, takes } from "../batches.js";
import { defineSection, type SectionRun } from "../section.js";

const TIME = 500;
const WIDTH = 80;
const RAMP = { width: 160, height: 1 } as const;

interface Example extends ForcedPicture {
  readonly title: string;
}

/** Maps of every method, for a few scenes. */
export const examples = defineSection({
  id: "examples",
  title: "Examples",
  result: z.strictObject({
    example: z.int(),
    method: z.enum(METHOD_NAMES),
    maps: z.strictObject({
      encoding: z.literal("uint8-base64"),
      scales: z.array(z.number().positive()),
      words: z.array(z.string()),
    }),
  }),
  async plan(run) {
    const planned = shown().map(async (item, example) => {
      const prompt = await run.encodePrompt(item.caption);
      const players = playersOf(prompt).length;
      return METHOD_NAMES.filter((method) => takes(method, players)).map((method) => ({
        name: `${example}-${method}`,
        passes: passesFor(method, players, 1),
        run: async (signal: AbortSignal) => ({
          example,
          method,
          maps: await mapsOf(run, item, method, signal),
        }),
      }));
    });
    return (await Promise.all(planned)).flat();
  },
  async finish(run, results) {
    const side = run.model.config.unet.imageSize;
    const blocks = await Promise.all(
      shown().map(async (item, example) => {
        const own = results.filter((result) => result.example === example);
        const decoded = own.map(({ method, maps }) => ({ method, maps: decodeMagnitudes(maps, side ** 2) }));
        return await exampleBlock(run, item, decoded);
      }),
    );
    return {
      metrics: {},
      body: fragment(
        paragraph(
          `What every method says of the same prediction, at t = ${TIME} of 1000: the network is given the noised scene and the caption. Maps are excess shares: where a word does more than it does on average over the picture. All maps of an example are on one colour scale, so that a word that does nothing stays dark.`,
        ),
        blocks,
      ),
    };
  },
});

/** One object, several things, and a mosaic; of combinations that training never shows. */
function shown(): Example[] {
  const sprites = loadSprites();
  const scenes = localisationScenes(sprites, 40).filter(({ split }) => split === "heldOut");
  const one = scenes.find(({ crowd }) => crowd === "one")!;
  const hat = scenes.find(({ crowd, scene }) => crowd === "two" && scene.attributes.hat !== null)!;
  const grid = mosaic(sprites, 2, { seed: SCENE_SEED, index: 0 });
  return [
    { title: "One object", scene: one.scene, caption: one.scene.caption, seed: one.index },
    { title: "With a hat", scene: hat.scene, caption: hat.scene.caption, seed: hat.index },
    { title: "A mosaic", scene: grid, caption: grid.caption, seed: 0 },
  ];
}

/** The excess shares of the caption's words. */
async function mapsOf(run: SectionRun, item: Example, method: MethodName, signal: AbortSignal) {
  const { encoding } = await run.encodePrompt(item.caption);
  for await (const { maps } of forcedMaps({ ...run, method, cases: [item], times: [TIME], signal })) {
    return encodeMagnitudes(treatMaps(maps, "excess").slice(0, encoding.words.length));
  }
  throw new Error("one case has one prediction");
}

async function exampleBlock(
  run: SectionRun,
  item: Example,
  found: readonly { readonly method: MethodName; readonly maps: readonly Float32Array[] }[],
): Promise<Html> {
  const { unet, schedule } = run.model.config;
  const size = { width: unet.imageSize, height: unet.imageSize };
  const scale = sharedScale(found.flatMap(({ maps }) => maps));
  const { encoding } = await run.encodePrompt(item.caption);
  const noised = noisedScene(item, run.model.config, alphaBars({ name: schedule })[TIME]!); // [6, H, W]
  const given = [
    picture(await encodePng({ ...size, channels: 3, data: item.scene.rgb }), `scene: ${item.caption}`, WIDTH),
    picture(await encodePng(toPixels(noised, size.width)), "the same, noised", WIDTH),
  ];
  const rows = await Promise.all(
    found.map(async ({ method, maps }) => ({
      title: METHODS[method].title,
      pictures: await Promise.all(
        maps.map(async (map, word) =>
          picture(
            await pngOf(mapRaster(map, size, scale)),
            `${METHODS[method].title}: ${encoding.words[word]!.text}`,
            WIDTH,
          ),
        ),
      ),
    })),
  );
  const ramp = mapRaster(
    Float32Array.from({ length: RAMP.width }, (_, i) => i / (RAMP.width - 1)),
    RAMP,
    1,
  );
  return fragment(
    element("h3", {}, `${item.title}: “${item.caption}”`),
    pictureTable(
      "The scene, and what the network is given.",
      ["scene", "noised"],
      [{ title: "", pictures: given }],
    ),
    pictureTable(
      "Maps of each word.",
      encoding.words.map(({ text }) => text),
      rows,
    ),
    scaleLegend(
      await pngOf(ramp),
      (100 * scale).toFixed(1),
      "percentage points above the word's average share",
    ),
  );
}

const pngOf = ({ width, height, rgb }: Raster): Promise<Uint8Array> =>
  encodePng({ width, height, channels: 3, data: rgb });

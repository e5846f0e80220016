import { SIZE } from "../../data/canvas.js";
import { InputError } from "../../errors.js";
import { distanceMetrics } from "../../evaluate/distances.js";
import { realScenes } from "../../evaluate/real-scenes.js";
import { loadFeatureNetwork, loadInception } from "../../files/feature-network.js";
import { readPictures } from "../../files/pictures.js";
import { loadSprites } from "../../files/sprites.js";
import { devices, nodeCompiler } from "../../runtime/node.js";
import { version } from "../../version.js";
import { defineCommand } from "../command.js";
import { printMetrics } from "../metrics.js";
import { choice, flag, integer, path, required } from "../options.js";
import { progressBar, SILENT } from "../progress.js";

export const distance = defineCommand({
  positionals: {
    pictures: required(path("DIR", "folder of 64x64 PNGs, its subfolders too", undefined)),
  },
  options: {
    count: integer("K", "compare the first K pictures; default: all", { min: 2, max: 100_000 }, undefined),
    inception: path("FILE", "ImageNet Inception v3 as ONNX: adds FID and KID", undefined),
    device: choice(devices, "where to compute", "cpu"),
    threads: integer("N", "threads; default: one per core", { min: 1, max: 256 }, undefined),
    json: flag("print the metrics as JSON"),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    { line: "pellucid distance drawn --count 2000", does: "how far are these pictures from real scenes?" },
  ],
  async run({ positionals, options }, io) {
    const { device, threads, inception: file, json, quiet } = options;
    const pictures = await readPictures(positionals.pictures, SIZE, options.count);
    const count = pictures.length;
    if (count < (options.count ?? 2)) {
      const wanted = options.count ?? "at least 2";
      throw new InputError(
        `${positionals.pictures} must hold ${wanted} pictures; got ${count}; draw more or lower --count`,
      );
    }
    const compile = nodeCompiler({ device, threads });
    const network = await loadFeatureNetwork(compile);
    const inception = file === undefined ? undefined : await loadInception(compile, file);
    const scenes = 2 * count;
    const total = scenes + (inception === undefined ? 3 : 6) * count;
    const progress = quiet ? SILENT : progressBar(io, "comparing", total);
    try {
      const real = realScenes(loadSprites(), count, { signal: io.signal, onProgress: progress.update });
      const metrics = await distanceMetrics({
        pictures,
        ...real,
        network,
        inception,
        signal: io.signal,
        onProgress: (done) => progress.update(scenes + done),
      });
      progress.end();
      const settings = { pellucid: version, device, count, inception: file ?? null };
      printMetrics({ metrics, settings }, json ? "json" : "table", io);
    } finally {
      progress.end();
      await network.release();
      await inception?.release();
    }
  },
});

import { MAX_SEED } from "../../diffusion/random.js";
import { writeEmojiData } from "../../files/emoji-data.js";
import { defineCommand } from "../command.js";
import { choice, flag, integer, path, required } from "../options.js";
import { progressBar, SILENT } from "../progress.js";

export const emoji = defineCommand({
  positionals: {},
  options: {
    count: integer("K", "scenes to write", { min: 1, max: 100_000 }, 100),
    out: required(path("DIR", "folder for pictures, masks, captions and a contact sheet", undefined)),
    seed: integer("N", "seed of the scenes", { min: 0, max: MAX_SEED }, 0),
    split: choice(["train", "heldOut"], "combinations seen in training, or those kept from it", "train"),
    force: flag("replace files that are already there"),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    { line: "pellucid data emoji --count 100 --out scenes", does: "write the scenes models are trained on" },
  ],
  async run({ options }, io) {
    const { count, out, seed, split, force, quiet } = options;
    const progress = quiet ? SILENT : progressBar(io, "writing", count);
    try {
      const existing = force ? "replace" : "refuse";
      await writeEmojiData({
        count,
        out,
        seed,
        split,
        existing,
        signal: io.signal,
        onScene: progress.update,
      });
    } finally {
      progress.end();
    }
    io.stdout.write(`${out}\n`);
  },
});

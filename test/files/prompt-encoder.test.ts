import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { InputError, UsageError } from "../../src/errors.js";
import { openPromptEncoder } from "../../src/files/prompt-encoder.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { clipFolder, writeTensors } from "../clip/folder.js";
import { clipConfig, openClip } from "../clip/small.js";
import { tinyConfig } from "../model/tiny.js";
import { newFolder } from "./model-folder.js";

const compile = nodeCompiler({ threads: 1 });
const config = clipConfig();
const vectorsBy = async (textWeights: string) =>
  (await (await openPromptEncoder(config, { textWeights, compile }))("a cat")).vectors;

describe("CLIP's weights may be given as", () => {
  test("a file, its folder, or a folder with shards and their index", async () => {
    const folder = await clipFolder();
    const expected = await vectorsBy(join(folder, "model.safetensors"));
    assert.deepEqual(await vectorsBy(folder), expected);

    const sharded = newFolder();
    const isEarly = (name: string) => name < "transformer.resblocks.1";
    const parts = { "a.safetensors": isEarly, "b.safetensors": (name: string) => !isEarly(name) };
    const weight_map: Record<string, string> = {};
    for (const [file, isIn] of Object.entries(parts)) {
      const own = new Map([...openClip].filter(([name]) => isIn(name)));
      await writeTensors(join(sharded, file), own);
      for (const name of own.keys()) weight_map[name] = file;
    }
    const index = join(sharded, "model.safetensors.index.json");
    writeFileSync(index, JSON.stringify({ metadata: {}, weight_map }));
    assert.deepEqual(await vectorsBy(sharded), expected);
    assert.deepEqual(await vectorsBy(index), expected);
  });

  test("open_clip's own file in a folder", async () => {
    const vectors = await vectorsBy(await clipFolder("open_clip_model.safetensors"));
    assert.equal(vectors.length, 77 * 8);
  });
});

describe("text weights are refused", () => {
  const rejects = (
    path: string,
    kind: typeof InputError | typeof UsageError,
    message: RegExp,
    own = config,
  ) =>
    assert.rejects(
      openPromptEncoder(own, { textWeights: path, compile }),
      (error) => error instanceof kind && message.test(error.message),
    );

  test("for a model that needs none", () =>
    rejects(
      "x",
      UsageError,
      /^--text-weights is for models that read prompts with CLIP; model tiny has random vectors; leave it out$/,
      tinyConfig(),
    ));

  test("where there are none", async () => {
    const empty = newFolder();
    await rejects(join(empty, "nothing"), InputError, /^cannot read .*nothing/);
    await rejects(
      empty,
      InputError,
      /must hold model\.safetensors, .*; got 0 files .*; give the file itself$/,
    );
  });

  test("of another CLIP, with the path and the tensor", async () => {
    const other = clipConfig({ ...config.text, encoder: { ...config.text.encoder, blocks: 4 } });
    const message = /model\.safetensors: tensor transformer\.resblocks\.3\.\S+ is missing; /;
    await rejects(await clipFolder(), InputError, message, other);
  });

  test("that are no weights, with the path", async () => {
    const path = join(newFolder(), "model.safetensors");
    writeFileSync(path, "<html>not found</html>");
    await rejects(path, InputError, /model\.safetensors: .*header/);
  });
});

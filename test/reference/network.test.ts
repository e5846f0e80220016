import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesOf, checksOf, edited, nudge, rename } from "./edit.js";

const NAME = "unet_small_x0";
/** The lines of the network itself, then four figures for each of its two runs. */
const LINES = 4 + 2 * 4;

test("a whole U-Net gives the authors' outputs, derivatives, sampling runs and contributions", async () => {
  const checks = await checksOf(NAME, bytesOf(NAME));
  assert.deepEqual(
    checks.filter(({ passed }) => !passed),
    [],
  );
  assert.equal(checks.length, LINES);
  for (const { where, detail } of checks) assert.doesNotMatch(detail, /limit|INCONCLUSIVE/, where);
});

test("another guidance weight, a moved contribution and a moved output fail, and nothing else does", async () => {
  const bytes = edited(NAME, [], {
    tensors(tensors) {
      for (const name of [...tensors.keys()]) {
        if (name.startsWith("live_vjp/")) tensors.delete(name);
        if (name.startsWith("ddim/S4_w3/")) rename(tensors, name, name.replace("S4_w3", "S4_w2.5"));
      }
      nudge(tensors, "ddim/S4_w1/token_contribution_dot_probe", 3e-3);
      nudge(tensors, "out", 3e-4);
    },
  });
  const failed = (await checksOf(NAME, bytes)).flatMap(({ where, what, passed }) =>
    passed ? [] : [`${where} ${what}`],
  );
  const guided = `${NAME}/ddim/S4_w2.5`;
  assert.deepEqual(failed.sort(), [
    `${NAME} out`,
    `${NAME}/ddim/S4_w1 token_contribution_dot_probe`,
    `${guided} noise_contribution_dot_probe`,
    `${guided} out`,
    `${guided} relevance_eq8`,
    `${guided} token_contribution_dot_probe`,
  ]);
});

test("settings that give another network are one failed check", async () => {
  const settings = {
    model_channels: 96,
    num_head_channels: 32,
    attention_resolutions: [1],
    num_res_blocks: 1,
  };
  const bytes = edited(NAME, [], {
    spec: (spec) => ({ ...spec, config: { ...settings, channel_mult: [1], context_dim: 12 } }),
  });
  const checks = await checksOf(NAME, bytes);
  assert.equal(checks.length, 1);
  assert.match(checks[0]!.detail, /FAILED: these settings give \d+ parameters; the file says 965440/);
});

const published = new URL("../../../shared/reference/", import.meta.url);

for (const name of ["unet_bcos_x0", "unet_vanilla"]) {
  const file = new URL(`${name}.safetensors`, published);
  const skip = existsSync(file) ? false : `${name}.safetensors is not beside the repository`;
  test(`${name} agrees within its float32 noise`, { skip }, async () => {
    const checks = await checksOf(name, readFileSync(file));
    assert.deepEqual(
      checks.filter(({ passed }) => !passed),
      [],
    );
  });
}

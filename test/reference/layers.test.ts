import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, checksOf, edited, nudge, rename } from "./edit.js";

for (const file of ["layers", "diffusion"])
  test(`${file}: every layer gives the authors' outputs and derivatives to 1e-4`, async () => {
    const checks = await checksOf(file, bytesOf(file));
    assert.deepEqual(
      checks.filter(({ passed }) => !passed),
      [],
    );
    assert.equal(checks.length, { layers: 22, diffusion: 2 }[file]);
    for (const { where, detail } of checks) assert.doesNotMatch(detail, /limit/, where);
  });

test("a value that is off by 3e-4 of the largest fails, in any tensor", async () => {
  for (const tensor of ["out", "live_vjp/x", "live_vjp/weight/linear.weight", "frozen_vjp/x"]) {
    const name = `bcos_conv3x3/${tensor}`;
    const bytes = edited("layers", ["bcos_conv3x3"], { tensors: (tensors) => nudge(tensors, name, 3e-4) });
    const [check] = await checksOf("layers", bytes);
    assert.equal(check!.passed, false, name);
    assert.ok(check!.detail.includes(`FAILED at ${tensor}`), check!.detail);
  }
});

const only = (settings: unknown) => ({ spec: () => ({ bcos_linear: settings }) });

const failures: readonly (readonly [what: string, reason: RegExp, bytes: () => Uint8Array])[] = [
  ["another exponent", /FAILED at out/, () => edited("layers", ["bcos_linear"], only({ b: 1.5 }))],
  ["an unknown setting", /settings: .*groupz/, () => edited("layers", ["bcos_linear"], only({ groupz: 2 }))],
  ["an impossible setting", /settings: b: .*>=1/, () => edited("layers", ["bcos_linear"], only({ b: 0 }))],
  [
    "a missing weight",
    /weight to_k\.weight \[32,20\] is missing/,
    () =>
      edited("layers", ["cross_attention"], {
        tensors: (tensors) => tensors.delete("cross_attention/weight/to_k.weight"),
      }),
  ],
  [
    "a weight too many",
    /weight to_z\.weight has no place/,
    () =>
      edited("layers", ["cross_attention"], {
        tensors: (tensors) =>
          tensors.set(
            "cross_attention/weight/to_z.weight",
            tensors.get("cross_attention/weight/to_k.weight")!,
          ),
      }),
  ],
  [
    "a missing input",
    /no input in\/emb/,
    () => edited("layers", ["res_block"], { tensors: (tensors) => tensors.delete("res_block/in/emb") }),
  ],
  [
    "a tensor of no known kind",
    /tensor sideways\/x is of no known kind/,
    () =>
      edited("layers", ["silu"], {
        tensors: (tensors) => rename(tensors, "silu/frozen_vjp/x", "silu/sideways/x"),
      }),
  ],
  [
    "a derivative of nothing",
    /frozen_vjp\/y is of no input or weight/,
    () =>
      edited("layers", ["silu"], {
        tensors: (tensors) => rename(tensors, "silu/frozen_vjp/x", "silu/frozen_vjp/y"),
      }),
  ],
  [
    "an unknown layer",
    /neither the name nor the weights tell/,
    () =>
      edited("layers", ["silu"], {
        tensors: (tensors) => {
          for (const name of [...tensors.keys()]) rename(tensors, name, name.replace("silu", "mystery"));
        },
        spec: () => ({}),
      }),
  ],
];

for (const [what, reason, bytes] of failures)
  test(`${what} is one failed check with its reason`, async () => {
    const checks = await checksOf("layers", bytes());
    assert.equal(checks.length, 1);
    assert.equal(checks[0]!.passed, false);
    assert.match(checks[0]!.detail, reason);
  });

test("a layer is known by its weights where its name says nothing", async () => {
  for (const layer of ["bcos_conv3x3", "cross_attention", "res_block", "feed_forward_geglu"]) {
    const other = `layer_of_${layer.length}`;
    const bytes = edited("layers", [layer], {
      tensors: (tensors) => {
        for (const name of [...tensors.keys()]) rename(tensors, name, name.replace(layer, other));
      },
      spec: (spec) => ({ [other]: spec[layer] }),
    });
    const checks = await checksOf("layers", bytes);
    assert.deepEqual(
      checks.map(({ passed }) => passed),
      [true],
      checks[0]!.detail,
    );
  }
});

test("a wrong schedule and a wrong learning rate fail", async () => {
  const bytes = edited("diffusion", [], {
    spec: ({ adamw }) => ({
      schedule: "linear in beta, 0.00085..0.0120, T=1000",
      adamw: { ...(typeof adamw === "object" ? adamw : {}), lr: 0.0031 },
    }),
  });
  const checks = await checksOf("diffusion", bytes);
  assert.deepEqual(
    checks.map(({ passed }) => passed),
    [false, false],
  );
});

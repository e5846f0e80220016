"""What PyTorch's own modules make of a small text transformer: python3 scripts/clip/reference.py > test/clip/reference.jsonl

Weights are made by a formula (test/clip/small.ts has it too), so that only the results are kept.
"""

import functools
import json

import numpy
import torch

WIDTH, HEADS, HIDDEN, BLOCKS = 8, 2, 12, 3
POSITIONS, VOCABULARY = 77, 49408
# Start, five tokens of several sizes, end, and open_clip's padding.
IDS = [49406, 320, 14952, 3309, 320, 49405, 49407]


def filled(name, shape, centre=0.0, bound=0.5):
    """Numbers in centre +- bound that follow from a tensor's name and an element's place."""
    count = int(numpy.prod(shape))
    seed = functools.reduce(lambda number, letter: (31 * number + ord(letter)) % 2**32, name, 0)
    with numpy.errstate(over="ignore"):
        x = numpy.uint32(seed) + numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(2654435761)
        x ^= x >> numpy.uint32(16)
        x *= numpy.uint32(2246822507)
        x ^= x >> numpy.uint32(13)
        x *= numpy.uint32(3266489909)
        x ^= x >> numpy.uint32(16)
    values = centre + bound * (x.astype(numpy.float64) / 2**31 - 1)
    # As stored: float32.
    return torch.from_numpy(values.astype(numpy.float32).astype(numpy.float64).reshape(shape))


class Block(torch.nn.Module):
    """open_clip's residual attention block, from PyTorch's modules."""

    def __init__(self, activation):
        super().__init__()
        self.ln_1 = torch.nn.LayerNorm(WIDTH)
        self.attn = torch.nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
        self.ln_2 = torch.nn.LayerNorm(WIDTH)
        self.mlp = torch.nn.ModuleDict(
            {"c_fc": torch.nn.Linear(WIDTH, HIDDEN), "c_proj": torch.nn.Linear(HIDDEN, WIDTH)}
        )
        self.activation = activation

    def forward(self, x, mask):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, attn_mask=mask, need_weights=False)[0]
        return x + self.mlp["c_proj"](self.activation(self.mlp["c_fc"](self.ln_2(x))))


class Transformer(torch.nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.transformer = torch.nn.ModuleDict(
            {"resblocks": torch.nn.ModuleList([Block(activation) for _ in range(BLOCKS)])}
        )
        self.ln_final = torch.nn.LayerNorm(WIDTH)

    def forward(self, x, blocks):
        mask = torch.full((POSITIONS, POSITIONS), float("-inf"), dtype=x.dtype).triu(1)
        for block in self.transformer["resblocks"][:blocks]:
            x = block(x, mask)
        return self.ln_final(x)


def results(activation):
    model = Transformer(activation).double()
    state = {
        name: filled(name, parameter.shape, 1.0 if ".ln_" in f".{name}" and name.endswith("weight") else 0.0)
        for name, parameter in model.named_parameters()
    }
    model.load_state_dict(state)
    ids = torch.tensor(IDS + [0] * (POSITIONS - len(IDS)))
    x = filled("token_embedding.weight", (VOCABULARY, WIDTH))[ids] + filled("positional_embedding", (POSITIONS, WIDTH))
    with torch.no_grad():
        penultimate = model.eval()(x[None], BLOCKS - 1)
    return [float(f"{value:.10g}") for value in penultimate.flatten().tolist()]


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "width": WIDTH,
            "heads": HEADS,
            "hiddenWidth": HIDDEN,
            "blocks": BLOCKS - 1,
            "ids": IDS,
            "gelu": results(torch.nn.GELU()),
            "quick-gelu": results(lambda x: x * torch.sigmoid(1.702 * x)),
        }
    )
)

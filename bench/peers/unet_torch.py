"""The paper's U-Net (Appendix C) in eager PyTorch, as a yardstick for speed.

B-cos layers with unit-length weights (Boehle et al. 2022), centred norms without bias, GEGLU, attention. Parameters are named as in
the authors' state dict, so that any of their checkpoints loads by name.

    unet_torch.py SPEC.json          answers lines on stdin: "step" with the milliseconds of one step, "end" with the peak memory
    unet_torch.py --check FILE       compares output and derivatives with those stored in a safetensors file

Only torch and numpy are needed.
"""

import json
import math
import resource
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn


class BcosLinear(nn.Module):
    """|cos| (w/||w|| . x) of vectors [..., C]."""

    def __init__(self, inner, outer):
        super().__init__()
        self.linear = nn.Linear(inner, outer, bias=False)
        self.constant = None  # of scaled rows, whose length is a gain

    def forward(self, x):
        weight = self.linear.weight
        length = weight.norm(dim=1, keepdim=True)
        factor = 1 / length if self.constant is None else (self.constant / length).sqrt()
        projection = F.linear(x, weight * factor)
        norm = torch.linalg.vector_norm(x, dim=-1, keepdim=True) + 1e-12
        return projection * (projection.abs() / norm)


class BcosConv(nn.Module):
    """|cos| (w/||w|| . patch) of pictures [B, C, H, W]; without unit length, the rows keep their norm as a gain."""

    def __init__(self, inner, outer, kernel, stride=1, unit=True):
        super().__init__()
        self.linear = nn.Conv2d(inner, outer, kernel, stride, padding=kernel // 2, bias=False)
        self.unit = unit
        self.constant = None

    def forward(self, x):
        conv, weight = self.linear, self.linear.weight
        length = weight.flatten(1).norm(dim=1)[:, None, None, None]
        factor = 1 / length if self.constant is None else (self.constant / length).sqrt()
        projection = F.conv2d(x, weight * factor, stride=conv.stride, padding=conv.padding)
        kernel = conv.kernel_size[0]
        squares = x.square().sum(1, keepdim=True)
        norm = (F.avg_pool2d(squares, kernel, conv.stride, conv.padding) * kernel**2 + 1e-6).sqrt()
        response = projection * (projection.abs() / norm)
        return response if self.unit else response * length.view(1, -1, 1, 1)


class GroupNorm(nn.Module):
    """A weight per channel (optional), never a bias."""

    def __init__(self, channels, eps=1e-5, affine=True):
        super().__init__()
        self.groups, self.eps = 32, eps
        self.weight = nn.Parameter(torch.ones(channels)) if affine else None

    def forward(self, x):
        return F.group_norm(x, self.groups, self.weight, None, self.eps)


class LayerNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, None, 1e-5)


class GEGLU(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.proj = BcosLinear(channels, 8 * channels)

    def forward(self, x):
        value, control = self.proj(x).chunk(2, dim=-1)
        return value * F.gelu(control)


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.net = nn.Sequential(GEGLU(channels), nn.Identity(), BcosLinear(4 * channels, channels))

    def forward(self, x):
        return self.net(x)


class Attention(nn.Module):
    def __init__(self, channels, context, heads):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(channels, channels, bias=False)
        self.to_k = nn.Linear(context, channels, bias=False)
        self.to_v = BcosLinear(context, channels)
        self.to_out = nn.Sequential(BcosLinear(channels, channels))

    def forward(self, x, context):
        def split(tokens):
            return tokens.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        q, k, v = split(self.to_q(x)), split(self.to_k(context)), split(self.to_v(context))
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        heard = scores.softmax(-1) @ v
        return self.to_out(heard.transpose(1, 2).flatten(2))


class TransformerBlock(nn.Module):
    def __init__(self, channels, context, heads):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = LayerNorm(channels), LayerNorm(channels), LayerNorm(channels)
        self.attn1 = Attention(channels, channels, heads)
        self.attn2 = Attention(channels, context, heads)
        self.ff = FeedForward(channels)

    def forward(self, x, context):
        own = self.norm1(x)
        x = x + self.attn1(own, own)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, channels, config):
        super().__init__()
        heads = channels // config["num_head_channels"]
        self.norm = GroupNorm(channels, eps=1e-6, affine=False)
        self.proj_in = BcosLinear(channels, channels)
        depth = config.get("transformer_depth", 1)
        self.transformer_blocks = nn.ModuleList(
            TransformerBlock(channels, config["context_dim"], heads) for _ in range(depth)
        )
        self.proj_out = BcosLinear(channels, channels)

    def forward(self, x, context):
        tokens = self.proj_in(self.norm(x).flatten(2).transpose(1, 2))
        for block in self.transformer_blocks:
            tokens = block(tokens, context)
        return x + self.proj_out(tokens).transpose(1, 2).reshape(x.shape)


class ResidualBlock(nn.Module):
    """Time is added before the second norm or, beyond the paper, scales what comes out of it."""

    def __init__(self, inner, outer, embedding, time):
        super().__init__()
        self.adds_time = time == "add"
        enter = BcosLinear(embedding, outer) if self.adds_time else nn.Linear(embedding, outer, bias=False)
        self.in_layers = nn.Sequential(GroupNorm(inner), nn.SiLU(), BcosConv(inner, outer, 3))
        self.emb_layers = nn.Sequential(nn.SiLU(), enter)
        self.out_layers = nn.Sequential(GroupNorm(outer), nn.SiLU(), nn.Identity(), BcosConv(outer, outer, 3))
        self.skip_connection = nn.Identity() if inner == outer else BcosConv(inner, outer, 1)

    def forward(self, x, embedding):
        h, time = self.in_layers(x), self.emb_layers(embedding)[:, :, None, None]
        norm, *rest = self.out_layers
        h = norm(h + time) if self.adds_time else norm(h) * (1 + time)
        for layer in rest:
            h = layer(h)
        return self.skip_connection(x) + h


class Downsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.op = BcosConv(channels, channels, 3, stride=2)

    def forward(self, x):
        return self.op(x)


class Upsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = BcosConv(channels, channels, 3)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))


class Stage(nn.Sequential):
    """Layers of one block, each given what it takes."""

    def forward(self, x, embedding, context):
        for layer in self:
            if isinstance(layer, ResidualBlock):
                x = layer(x, embedding)
            elif isinstance(layer, SpatialTransformer):
                x = layer(x, context)
            else:
                x = layer(x)
        return x


class UNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        base, multipliers = config["model_channels"], config["channel_mult"]
        self.patch = config.get("patch", 1)
        channels, factors = config.get("in_channels", 6) * self.patch**2, config["attention_resolutions"]
        time = config.get("time", "add")
        self.base, embedding = base, 4 * base
        self.time_embed = nn.Sequential(nn.Linear(base, embedding), nn.SiLU(), nn.Linear(embedding, embedding))

        def stage(inner, outer, factor):
            layers = [ResidualBlock(inner, outer, embedding, time)]
            return layers + ([SpatialTransformer(outer, config)] if factor in factors else [])

        blocks, widths, width = [Stage(BcosConv(channels, base, 3))], [base], base
        for level, multiplier in enumerate(multipliers):
            for _ in range(config["num_res_blocks"]):
                blocks.append(Stage(*stage(width, multiplier * base, 2**level)))
                width = multiplier * base
                widths.append(width)
            if level < len(multipliers) - 1:
                blocks.append(Stage(Downsample(width)))
                widths.append(width)
        self.input_blocks = nn.ModuleList(blocks)
        self.middle_block = Stage(
            ResidualBlock(width, width, embedding, time),
            SpatialTransformer(width, config),
            ResidualBlock(width, width, embedding, time),
        )
        blocks = []
        for level, multiplier in reversed(list(enumerate(multipliers))):
            for i in range(config["num_res_blocks"] + 1):
                layers = stage(width + widths.pop(), multiplier * base, 2**level)
                width = multiplier * base
                if level > 0 and i == config["num_res_blocks"]:
                    layers.append(Upsample(width))
                blocks.append(Stage(*layers))
        self.output_blocks = nn.ModuleList(blocks)
        last = BcosConv(width, channels, 3, unit=config.get("bcos_normalize_final", False))
        self.out = nn.Sequential(GroupNorm(width), nn.SiLU(), last)
        for layer in self.modules():
            if isinstance(layer, GroupNorm):
                layer.groups = config.get("groups", 32)
            if isinstance(layer, (BcosLinear, BcosConv)) and config.get("scaled", False):
                layer.constant = (layer.linear.weight[0].numel() / 3) ** 0.5
                layer.unit = True  # the gain is in the rows already

    def forward(self, x, t, context):
        half = self.base // 2
        frequencies = torch.exp(-math.log(10000) * torch.arange(half) / half)
        angles = t[:, None].float() * frequencies
        embedding = self.time_embed(torch.cat([angles.cos(), angles.sin()], dim=-1))
        x, skips = F.pixel_unshuffle(x, self.patch), []
        for block in self.input_blocks:
            x = block(x, embedding, context)
            skips.append(x)
        x = self.middle_block(x, embedding, context)
        for block in self.output_blocks:
            x = block(torch.cat([x, skips.pop()], dim=1), embedding, context)
        return F.pixel_shuffle(self.out(x), self.patch)


def bench(spec):
    """Times steps on request; the first few are not to be counted."""
    torch.set_num_threads(spec["threads"])
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    network = UNet(spec["unet"])
    batch, size = spec["batch"], spec["size"]
    x, target = torch.randn(2, batch, spec["unet"]["in_channels"], size, size)
    t = torch.randint(1000, (batch,))
    context = torch.randn(batch, spec["tokens"], spec["unet"]["context_dim"])
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4)

    def train():
        optimizer.zero_grad(set_to_none=True)
        F.mse_loss(network(x, t, context), target).backward()
        optimizer.step()

    def forward():
        with torch.no_grad():
            network(x, t, context)

    step = {"train": train, "forward": forward}[spec["mode"]]
    parameters = sum(p.numel() for p in network.parameters())
    say({"engine": f"torch {torch.__version__}, {blas()}", "parameters": parameters, "product_gflops": product_rate()})
    for line in sys.stdin:
        if line.strip() != "step":
            break
        start = time.perf_counter()
        step()
        say({"ms": 1000 * (time.perf_counter() - start)})
    say({"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})


def blas():
    """The BLAS that is loaded; Debian's alternatives choose it, and PyTorch knows nothing of that."""
    if torch.backends.mkl.is_available():
        return "MKL"
    with open("/proc/self/maps", encoding="utf-8") as maps:
        loaded = maps.read()
    kinds = {"openblas": "OpenBLAS", "blis": "BLIS", "atlas": "ATLAS", "libblas.so": "reference BLAS"}
    return next((name for part, name in kinds.items() if part in loaded), "its own BLAS")


def product_rate(side=512):
    """GFLOP/s of a matrix product: tells an optimised BLAS from the reference one that Debian installs by default."""
    a, times = torch.randn(side, side), []
    for _ in range(3):
        start = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - start)
    return 2e-9 * side**3 / min(times)


def say(answer):
    print(json.dumps(answer), flush=True)


def check(path):
    """Prints the largest relative error of the output and of each stored derivative; float32 alone makes a few 1e-4."""
    tensors, spec = read_safetensors(path)
    network = UNet(spec["config"])
    network.load_state_dict({name[7:]: value for name, value in tensors.items() if name.startswith("weight/")})
    x, context = tensors["in/x"].requires_grad_(), tensors["in/context"].requires_grad_()
    out = network(x, tensors["in/t"], context)
    out.backward(tensors["cotangent"])
    given = {"x": x, "context": context} | {f"weight/{name}": p for name, p in network.named_parameters()}
    errors = {"out": relative_error(out.detach(), tensors["out"])}
    for name, expected in tensors.items():
        if name.startswith("live_vjp/"):
            errors[name] = relative_error(given[name[9:]].grad, expected)
    name = max(errors, key=errors.get)
    print(f"{len(errors)} tensors, out {errors['out']:.1e}, worst {errors[name]:.1e} ({name})")
    return 0 if errors[name] <= 1e-3 else 1


def relative_error(actual, expected):
    return ((actual - expected).abs().max() / expected.abs().max()).item()


def read_safetensors(path):
    with open(path, "rb") as file:
        content = file.read()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    spec = json.loads(header.pop("__metadata__")["spec"])
    types = {"F32": numpy.float32, "I64": numpy.int64}
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        values = numpy.frombuffer(content[start:end], types[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors, spec


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        sys.exit(check(sys.argv[2]))
    with open(sys.argv[1], encoding="utf-8") as file:
        bench(json.load(file))

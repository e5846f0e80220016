"""Writes the checkpoints of test/pytorch with PyTorch (made with 1.13).

    npx tsx scripts/pytorch/parameters.ts test/pytorch/tiny.json > shapes.json
    python3 scripts/pytorch/checkpoints.py small shapes.json test/pytorch
    python3 scripts/pytorch/checkpoints.py network test/reference/unet_small_x0.safetensors test/pytorch

A checkpoint of any size in the authors' form, with random weights:

    python3 scripts/pytorch/checkpoints.py random shapes.json out.ckpt float16
"""

import argparse
import collections
import hashlib
import io
import json
import os
import pathlib
import struct
import sys
import types
import zipfile

import numpy
import torch


def named_class(qualified):
    """A class that pickles as `qualified`, as if its package were installed."""
    module, name = qualified.rsplit(".", 1)
    for end in range(1, module.count(".") + 2):
        part = ".".join(module.split(".")[:end])
        sys.modules.setdefault(part, types.ModuleType(part))
    made = type(name, (), {"__module__": module})
    setattr(sys.modules[module], name, made)
    return made


def with_attributes(made, **attributes):
    instance = made()
    instance.__dict__.update(attributes)
    return instance


def normal(shape):
    return torch.randn(shape) * 0.3


def plain(shapes, draw=normal):
    """A network's weights under the authors' names."""
    return {f"model.diffusion_model.{name}": draw(shape) for name, shape in shapes.items()}


def average(weights):
    """The moving average of weights, under the authors' names for it."""
    kept = {name: name[len("model."):].replace(".", "") for name in weights}
    return {
        "model_ema.decay": torch.tensor(0.9999),
        "model_ema.num_updates": torch.tensor(7, dtype=torch.int),
        **{f"model_ema.{kept[name]}": tensor * 0.5 for name, tensor in weights.items()},
    }


def schedule():
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 10, dtype=torch.float64) ** 2
    return {"betas": betas.float(), "alphas_cumprod": torch.cumprod(1 - betas, 0).float(), "scale_factor": torch.tensor(1.0)}


def state_dict(tensors):
    state = collections.OrderedDict(tensors)
    state._metadata = collections.OrderedDict({"": {"version": 1}, "model": {"version": 2}})
    return state


def lightning(state):
    """What a training program leaves beside the weights."""
    checkpointing = named_class("pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint")
    settings = named_class("omegaconf.dictconfig.DictConfig")
    metadata = named_class("omegaconf.base.ContainerMetadata")
    first = next(iter(state.values()))
    return {
        "epoch": 29,
        "global_step": 1_000_000,
        "pytorch-lightning_version": "1.4.2",
        "state_dict": state,
        "callbacks": {
            checkpointing: {
                "monitor": "val/loss_simple_ema",
                "best_model_score": torch.tensor(0.0125),
                "best_model_path": pathlib.PurePosixPath("logs/epoch=29.ckpt"),
                "current_score": numpy.float64(0.013),
            }
        },
        "optimizer_states": [
            {
                "state": {0: {"step": 3, "exp_avg": torch.zeros_like(first), "exp_avg_sq": torch.zeros_like(first)}},
                "param_groups": [{"lr": 2e-6, "betas": (0.9, 0.999), "eps": 1e-8, "amsgrad": False, "params": [0]}],
            }
        ],
        "lr_schedulers": [],
        "NativeMixedPrecisionPlugin": {"scale": 65536.0, "growth_factor": 2.0},
        "hparams_name": "kwargs",
        "hyper_parameters": {
            "unet_config": with_attributes(settings, _metadata=with_attributes(metadata, ref_type=dict, key=None), _content={"B": 2}),
            "options": argparse.Namespace(seed=23, keys={"a", "b"}, raw=b"\x00\xff"),
            "large": 2**70,
            "below": -(2**40),
            "device": torch.device("cpu"),
            "precision": torch.float16,
        },
    }


class Hostile:
    """Calls a function when it is unpickled as Python does."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def small(shapes, folder):
    torch.manual_seed(0)
    values = torch.tensor([-2.5, 0.0, 1.0, 3.0])
    kinds = "float64 float32 float16 bfloat16 int64 int32 int16 int8 bool".split()
    torch.save(
        {
            **{kind: values.to(getattr(torch, kind)) for kind in kinds},
            "uint8": values.abs().to(torch.uint8),
            "scalar": torch.tensor(0.5),
            "empty": torch.zeros(3, 0),
            "parameter": torch.nn.Parameter(torch.tensor([1.5, -1.5])),
        },
        f"{folder}/types.ckpt",
    )
    grid = torch.arange(24.0).reshape(2, 3, 4)
    torch.save(
        {
            "whole": grid,
            "tied": grid,
            "part": grid[1, 1:],
            "turned": grid.permute(2, 0, 1),
            "stepped": grid[:, ::2, 1::2],
            "channels_last": torch.arange(36.0).reshape(1, 2, 3, 6).contiguous(memory_format=torch.channels_last),
            "transposed_half": torch.arange(6.0).half().reshape(2, 3).t(),
        },
        f"{folder}/views.ckpt",
    )
    torch.save({"repeated": torch.tensor([1.0, 2.0]).expand(3, 2)}, f"{folder}/expanded.ckpt")
    weights = plain(shapes)
    torch.save(lightning(state_dict({**schedule(), **weights, **average(weights)})), f"{folder}/lightning.ckpt")
    halves = {name: tensor.half() for name, tensor in weights.items()}
    torch.save(state_dict(halves), f"{folder}/half.ckpt")
    torch.save(state_dict({name: tensor.bfloat16() for name, tensor in weights.items()}), f"{folder}/bfloat.ckpt")
    for name, hostile in {
        "system": Hostile(os.system, "touch pwned"),
        "eval": Hostile(eval, "open('pwned', 'w')"),
        "getattr": Hostile(getattr, "", "join"),
    }.items():
        torch.save({"state_dict": {"w": torch.ones(2)}, "hyper_parameters": hostile}, f"{folder}/hostile-{name}.ckpt")
    torch.save(weights, f"{folder}/older.ckpt", _use_new_zipfile_serialization=False)
    os.truncate(f"{folder}/older.ckpt", 100)


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] == "F32":
            yield name, torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).reshape(entry["shape"])


def network(reference, folder):
    """A checkpoint of the weights of a file of expected numbers; what that file holds already is left out of it."""
    weights = {name[len("weight/"):]: tensor for name, tensor in read_safetensors(reference) if name.startswith("weight/")}
    path = f"{folder}/{pathlib.Path(reference).stem}.ckpt"
    state = state_dict({**schedule(), **{f"model.diffusion_model.{name}": tensor for name, tensor in weights.items()}})
    torch.save({"epoch": 0, "state_dict": state}, path)
    whole = pathlib.Path(path).read_bytes()
    os.remove(path)
    holes = []
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        for key, name in enumerate(state):
            short = name[len("model.diffusion_model."):]
            if not name.startswith("model.diffusion_model."):
                continue
            info = next(i for i in archive.infolist() if i.filename.endswith(f"/data/{key}"))
            lengths = struct.unpack("<HH", whole[info.header_offset + 26 : info.header_offset + 30])
            begin = info.header_offset + 30 + sum(lengths)
            assert whole[begin : begin + info.file_size] == weights[short].numpy().tobytes(), name
            holes.append({"begin": begin, "bytes": info.file_size, "tensor": f"weight/{short}"})
    holes.sort(key=lambda hole: hole["begin"])
    kept, at = b"", 0
    for hole in holes:
        kept += whole[at : hole["begin"]]
        at = hole["begin"] + hole["bytes"]
    pathlib.Path(f"{path}.kept").write_bytes(kept + whole[at:])
    note = {"sha256": hashlib.sha256(whole).hexdigest(), "holes": holes}
    pathlib.Path(f"{path}.holes.json").write_text(json.dumps(note) + "\n")


def random(shapes, path, dtype):
    torch.manual_seed(0)
    draw = lambda shape: normal(shape).to(getattr(torch, dtype))
    torch.save({"epoch": 0, "state_dict": state_dict({**schedule(), **plain(shapes, draw)})}, path)


if __name__ == "__main__":
    command, source, target, *rest = sys.argv[1:]
    if command == "network":
        network(source, target)
    else:
        with open(source) as file:
            {"small": small, "random": random}[command](json.load(file), target, *rest)

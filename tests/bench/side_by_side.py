#!/usr/bin/env python3
"""gradflow and PyTorch side by side: the same networks, the same work, one machine, one run.

    python3 tests/bench/side_by_side.py [--gradflow build/gradflow] [--shape DxWxB ...] [--rounds 3] [--out FILE.json]

One step is what `gradflow bench` calls a step: forward, loss, backward, and of every layer, on the host, mean, std, min and
max of z and a, the norms of dL/dW, dL/db and delta, and 64-bin histograms of a, log2|delta| and log2|dL/dW|. Networks are
ReLU with He weights, float32, no optimiser. Weights are not made anew.

PyTorch does it twice:
    eager  as people write it: nn.Sequential, a forward and a backward hook a layer, .item(), torch.histc
    best   what can be made of it: no autograd, arrays made once and written in place, statistics of all layers at once,
           logarithms read from the bits of the exponent, histograms by one bincount for many layers
TF32 is off on GPUs. Of one thread and as many as there are cores PyTorch is given what is faster for the shape.

Before anything is timed, both variants compute a network whose weights, input and target gradflow exported, and their norms
must be gradflow's to 1e-4. Then the programs take turns for --rounds rounds; a time is the median of the rounds' medians.
"""
import argparse
import json
import os
import platform
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import torch

SHAPES = ["10x64x32", "1000x128x64", "100x512x64", "50x1024x256"]
BINS = 64
NETWORK = ["--activation", "relu", "--init", "he_normal"]


def parse_shape(text):
    depth, width, batch = (int(part) for part in text.split("x"))
    return depth, width, batch


# ---- as people write it ----


class Eager:
    """nn.Sequential with hooks, and a loop over the layers afterwards."""

    name = "torch eager"

    def __init__(self, shape, device):
        depth, width, batch = shape
        layers = []
        for _ in range(depth):
            linear = torch.nn.Linear(width, width)
            torch.nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
            torch.nn.init.zeros_(linear.bias)
            layers += [linear, torch.nn.ReLU()]
        self.model = torch.nn.Sequential(*layers).to(device)
        self.linears = [layer for layer in layers if isinstance(layer, torch.nn.Linear)]
        self.input = torch.randn(batch, width, device=device)
        self.target = torch.randn(batch, width, device=device)
        self.rows = []
        self.deltas = []
        for layer in layers:
            layer.register_forward_hook(self.after_forward)
        for linear in self.linears:
            linear.register_full_backward_hook(self.after_backward)

    def load(self, tensors):
        with torch.no_grad():
            for i, linear in enumerate(self.linears):
                linear.weight.copy_(tensors[f"layers.{2 * i}.weight"])
                linear.bias.copy_(tensors[f"layers.{2 * i}.bias"])
        self.input = tensors["input"].to(self.input.device)
        self.target = tensors["target"].to(self.target.device)

    def after_forward(self, _module, _input, output):
        x = output.detach()
        row = [x.mean().item(), x.std().item(), x.min().item(), x.max().item()]
        if not isinstance(_module, torch.nn.Linear):
            row.append(torch.histc(x, BINS).cpu())
        self.rows.append(row)

    def after_backward(self, _module, _grad_input, grad_output):
        delta = grad_output[0].detach()
        self.deltas.append((delta.norm().item(), torch.histc(delta.abs().log2(), BINS, -126, 2).cpu()))

    def step(self):
        self.rows, self.deltas = [], []
        self.model.zero_grad(set_to_none=True)
        torch.nn.functional.mse_loss(self.model(self.input), self.target).backward()
        norms = []
        for linear in self.linears:
            grad = linear.weight.grad
            norms.append((grad.norm().item(), linear.bias.grad.norm().item(),
                          torch.histc(grad.abs().log2(), BINS, -126, 2).cpu()))
        return norms


# ---- what can be made of it ----


class Best:
    """The same by hand: everything in place, statistics for all layers in a few calls."""

    name = "torch best"
    CHUNK = 1 << 24  # entries of dL/dW that are reduced at a time

    def __init__(self, shape, device):
        depth, width, batch = shape
        self.depth, self.width, self.batch = depth, width, batch
        make = lambda *size: torch.empty(*size, device=device)
        self.weight = torch.randn(depth, width, width, device=device) * (2.0 / width) ** 0.5
        self.bias = torch.zeros(depth, width, device=device)
        self.input, self.target = torch.randn(batch, width, device=device), torch.randn(batch, width, device=device)
        self.z, self.delta = make(depth, batch, width), make(depth, batch, width)
        self.a = make(depth + 1, batch, width)
        self.layers_at_once = max(1, min(depth, self.CHUNK // (width * width)))
        self.grad = make(self.layers_at_once, width, width)

    def load(self, tensors):
        device = self.weight.device
        for i in range(self.depth):
            self.weight[i] = tensors[f"layers.{2 * i}.weight"].to(device)
            self.bias[i] = tensors[f"layers.{2 * i}.bias"].to(device)
        self.input, self.target = tensors["input"].to(device), tensors["target"].to(device)

    def passes(self):
        self.a[0].copy_(self.input)
        for i in range(self.depth):
            torch.addmm(self.bias[i], self.a[i], self.weight[i].t(), out=self.z[i])
            torch.clamp(self.z[i], min=0.0, out=self.a[i + 1])
        last = self.depth - 1
        torch.sub(self.a[self.depth], self.target, out=self.delta[last])
        self.delta[last].mul_(2.0 / (self.batch * self.width)).mul_(self.z[last] > 0)
        for i in range(last, 0, -1):
            torch.mm(self.delta[i], self.weight[i], out=self.delta[i - 1])
            self.delta[i - 1].mul_(self.z[i - 1] > 0)

    @staticmethod
    def octaves(x):
        """[layers, ...] to [layers, 256] counts of the exponent bits."""
        layers = x.shape[0]
        exponents = (x.reshape(layers, -1).view(torch.int32) >> 23).bitwise_and_(255)
        exponents += torch.arange(layers, dtype=torch.int32, device=x.device)[:, None] * 256
        return torch.bincount(exponents.view(-1), minlength=layers * 256).view(layers, 256)

    @staticmethod
    def histograms(x):
        """[layers, ...] to [layers, BINS], every layer between its own extremes."""
        layers = x.shape[0]
        flat = x.reshape(layers, -1)
        low, high = flat.amin(1, keepdim=True), flat.amax(1, keepdim=True)
        bins = flat.sub(low).mul_(BINS / (high - low).clamp_(min=1e-30)).to(torch.int32).clamp_(max=BINS - 1)
        bins += torch.arange(layers, dtype=torch.int32, device=x.device)[:, None] * BINS
        return torch.bincount(bins.view(-1), minlength=layers * BINS).view(layers, BINS)

    def step(self):
        self.passes()
        host = []
        for x in (self.z, self.a[1:]):
            std, mean = torch.std_mean(x, dim=(1, 2))
            low, high = torch.aminmax(x.view(self.depth, -1), dim=1)
            host.append(torch.stack((mean, std, low, high)).cpu())
        host.append(self.histograms(self.a[1:]).cpu())
        host.append(self.octaves(self.delta).cpu())
        delta_norm = torch.linalg.vector_norm(self.delta, dim=(1, 2)).cpu()
        bias_norm = torch.linalg.vector_norm(self.delta.sum(1), dim=1).cpu()
        weight_norm = []
        for first in range(0, self.depth, self.layers_at_once):
            last = min(first + self.layers_at_once, self.depth)
            grad = self.grad[:last - first]
            torch.bmm(self.delta[first:last].transpose(1, 2), self.a[first:last], out=grad)
            weight_norm.append(torch.linalg.vector_norm(grad, dim=(1, 2)).cpu())
            host.append(self.octaves(grad).cpu())
        weight_norm = torch.cat(weight_norm)
        host.append(delta_norm)
        return list(zip(weight_norm.tolist(), bias_norm.tolist(), host))


VARIANTS = {variant.name: variant for variant in (Eager, Best)}

# ---- the same numbers? ----


def read_safetensors(path):
    blob = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", blob[:8])
    header = json.loads(blob[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        first, last = entry["data_offsets"]
        data = bytearray(blob[8 + length + first:8 + length + last])
        tensors[name] = torch.frombuffer(data, dtype=torch.float32).reshape(entry["shape"])
    return tensors


def check(gradflow, device):
    """Both variants against gradflow's norms on one exported network."""
    depth, width, batch = 12, 96, 48
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "network.safetensors")
        text = subprocess.run([gradflow, "run", "--depth", str(depth), "--width", str(width), "--batch", str(batch), *NETWORK,
                               "--format", "json", "--export", path], check=True, capture_output=True, text=True).stdout
        tensors = read_safetensors(path)
    layers = json.loads(text)["layers"]
    for variant in VARIANTS.values():
        peer = variant((depth, width, batch), device)
        peer.load(tensors)
        for layer, (weight, bias, _) in zip(layers, peer.step()):
            for name, value in (("weight_grad_norm", weight), ("bias_grad_norm", bias)):
                if abs(value - layer[name]) > 1e-4 * layer[name]:
                    sys.exit(f"{variant.name}: {name} of layer {layer['index']} is {value}, gradflow says {layer[name]}")


# ---- taking turns ----


def synchronise(device):
    if device == "cuda":
        torch.cuda.synchronize()


def time_peer(peer, device, seconds):
    """Median of blocks of at least 50 ms, after half a second of warm-up, in milliseconds a step."""

    def block(steps):
        synchronise(device)
        start = time.perf_counter()
        for _ in range(steps):
            peer.step()
        synchronise(device)
        return (time.perf_counter() - start) / steps

    warm, one = time.perf_counter(), block(1)
    while time.perf_counter() - warm < 0.5:
        one = block(1)
    steps, blocks, start = max(1, int(0.05 / one)), [], time.perf_counter()
    while len(blocks) < 3 or time.perf_counter() - start < seconds:
        blocks.append(block(steps))
    return 1e3 * statistics.median(blocks)


def fewest_ms(variant, shape, device, seconds):
    """With the number of threads that suits it, and that number."""
    peer, found = variant(shape, device), []
    for threads in {1, len(os.sched_getaffinity(0))}:
        torch.set_num_threads(threads)
        found.append((time_peer(peer, device, seconds), threads))
    return min(found)


def time_gradflow(gradflow, shape, seconds):
    text = subprocess.run([gradflow, "bench", "--shape", shape, "--seconds", str(seconds), "--format", "json"], check=True,
                          capture_output=True, text=True).stdout
    return [row for row in json.loads(text) if row["scope"] == "step" and "median_ms" in row]


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def run_shape(arguments, text):
    shape, times, peaks, threads = parse_shape(text), {}, {}, {}
    for _ in range(arguments.rounds):
        for row in time_gradflow(arguments.gradflow, text, arguments.seconds):
            times.setdefault("gradflow " + row["device"], []).append(row["median_ms"])
            peaks.setdefault("gradflow " + row["device"], []).append(row["peak_gflops"])
        for name, variant in VARIANTS.items():
            milliseconds, threads[name] = fewest_ms(variant, shape, arguments.torch_device, arguments.seconds)
            times.setdefault(name, []).append(milliseconds)
    peak = max(max(values) for values in peaks.values())
    work = 6e-6 * shape[0] * shape[1] ** 2 * shape[2]
    rows = []
    for name, values in times.items():
        median = statistics.median(values)
        rows.append({"shape": text, "who": name, "median_ms": median, "fastest_ms": min(values), "slowest_ms": max(values),
                     "rounds": len(values), "threads": threads.get(name), "gflops": work / median, "peak_gflops": peak,
                     "peak_share": work / median / peak})
    return rows


def print_rows(rows):
    best = min(row["median_ms"] for row in rows if row["who"].startswith("gradflow"))
    print(f"\n{rows[0]['shape']}")
    for row in rows:
        print(f"  {row['who']:<20} {row['median_ms']:10.3f} ms  {row['gflops']:8.1f} GFLOP/s  {row['peak_share']:5.0%} of peak"
              f"  {row['median_ms'] / best:6.1f} x gradflow's best")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gradflow", default="build/gradflow")
    parser.add_argument("--shape", action="append", help="depth x width x batch; may be given again")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="timed per program, shape and round")
    parser.add_argument("--torch-device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", help="write the figures as JSON")
    arguments = parser.parse_args()

    torch.backends.cuda.matmul.allow_tf32 = False
    torch.manual_seed(1)
    warnings.filterwarnings("ignore", message="Full backward hook")  # of the first layer: its input has no gradient
    machine = {"date": time.strftime("%Y-%m-%d"), "processor": processor(), "cores": len(os.sched_getaffinity(0)),
               "torch": torch.__version__, "torch_device": arguments.torch_device,
               "torch_capability": torch.backends.cpu.get_cpu_capability() if hasattr(torch.backends, "cpu") else "?",
               "torch_has_mkl": torch.backends.mkl.is_available()}
    if arguments.torch_device == "cuda":
        machine["gpu"] = torch.cuda.get_device_name(0)
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    check(arguments.gradflow, arguments.torch_device)
    print("both variants give gradflow's norms to 1e-4")

    rows = []
    for text in arguments.shape or SHAPES:
        rows += run_shape(arguments, text)
        print_rows([row for row in rows if row["shape"] == text])
    if arguments.out:
        Path(arguments.out).write_text(json.dumps({"machine": machine, "results": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()

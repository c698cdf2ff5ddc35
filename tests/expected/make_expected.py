#!/usr/bin/python3
"""Writes gradients.inl: what PyTorch computes in float64 for small networks, layer by layer.

    /usr/bin/python3 tests/expected/make_expected.py > tests/expected/gradients.inl     (Debian: python3-torch)

Weights, biases, input and target are made here from scratch - Philox 4x32-10 and the value functions of
kernels/random.cl, in numpy - and a checksum of their float32 bits goes into the table, so that the C test knows it
compares the same network. Loss and gradients are torch.nn.Linear, torch.nn.functional and autograd in float64.

`float32_error` says how far a float32 evaluation of the same network lies from float64: the largest relative error of
any number of the network over six evaluations that differ only in the order in which units are numbered and so summed.
Where it is large the network amplifies rounding, and no float32 program can do better."""
import math
import re
import sys
import zlib
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu"]
INITS = ["xavier_normal", "xavier_uniform", "he_normal", "he_uniform", "lecun_normal", "normal", "pytorch_default"]
WEIGHT, BIAS, INPUT, TARGET = range(4)

# ---- random.cl in numpy ----


def philox(counter, key):
    """Words [..., 4] for counters [..., 4] (uint32) under key (two ints)."""
    c = [counter[..., i].astype(np.uint64) for i in range(4)]
    k = list(key)
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k[0]), p1 & low,
             (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k[1]), p0 & low]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(c, axis=-1).astype(np.uint32)


def fma32(a, b, c):
    """Correctly rounded a * b + c in float32: the product is exact in float64; the sum is rounded to odd there
    (Boldo and Melquiond 2008), which makes the second rounding harmless."""
    p, c = a.astype(np.float64) * b.astype(np.float64), c.astype(np.float64)
    s = p + c
    v = s - p
    error = (p - (s - v)) + (c - v)
    bits = s.view(np.int64).copy()
    even = (error != 0) & (bits & 1 == 0)
    bits[even] += np.where((error[even] > 0) == (s[even] > 0), 1, -1)
    return bits.view(np.float64).astype(np.float32)


def normal_table():
    text = (HERE.parents[1] / "kernels" / "normal_table.cl").read_text()
    rows = re.findall(r"\{([^{}]+)\}", text)
    table = np.array([[float(x.rstrip("f")) for x in row.replace(" ", "").split(",")] for row in rows])
    assert table.shape == (256, 4)
    return table.astype(np.float32)


TABLE = normal_table()


def normal_values(words):
    odd = ((words.astype(np.uint64) << np.uint64(1)) | np.uint64(1)) & np.uint64(0xFFFFFFFF)
    octave = (31 - np.floor(np.log2(odd.astype(np.float64)))).astype(np.uint64)  # exact: odd < 2^32
    odd = (odd << octave) & np.uint64(0xFFFFFFFF)
    row = (octave * np.uint64(8) + ((odd >> np.uint64(28)) & np.uint64(7))).astype(np.int64)
    t = ((odd & np.uint64(0x0FFFFFFF)) >> np.uint64(4)).astype(np.float32) * np.float32(2.0 ** -24)
    c = TABLE[row]
    magnitude = fma32(t, fma32(t, fma32(t, c[..., 3], c[..., 2]), c[..., 1]), c[..., 0])
    return np.where(words >> np.uint32(31) != 0, -magnitude, magnitude)


def uniform_values(words):
    odd = 2 * (words >> np.uint32(9)).astype(np.int64) + 1
    return odd.astype(np.float32) * np.float32(2.0 ** -23) - np.float32(1.0)


def fill(seed, layer, stream, rows, columns, scale, values):
    quads = (columns + 3) // 4
    counter = np.zeros((rows, quads, 4), np.uint32)
    counter[..., 0] = np.arange(quads)[None, :]
    counter[..., 1] = np.arange(rows)[:, None]
    counter[..., 2] = layer
    counter[..., 3] = stream
    words = philox(counter, (seed & 0xFFFFFFFF, seed >> 32)).reshape(rows, quads * 4)[:, :columns]
    return np.float32(scale) * values(words)


# ---- the network ----


class Spec:
    def __init__(self, activation, init, depth, width, batch, input_width, output_width, gain, seed):
        self.activation, self.init, self.depth, self.width, self.batch = activation, init, depth, width, batch
        self.input_width, self.output_width, self.gain, self.seed = input_width, output_width, gain, seed
        self.units = [input_width or width] + [width] * (depth - 1) + [output_width or width]

    def weight_std(self, layer):
        fan_in, fan_out = float(self.units[layer - 1]), float(self.units[layer])
        variance = {"xavier_normal": 2.0 / (fan_in + fan_out), "xavier_uniform": 2.0 / (fan_in + fan_out),
                    "he_normal": 2.0 / fan_in, "he_uniform": 2.0 / fan_in, "lecun_normal": 1.0 / fan_in,
                    "normal": 1.0, "pytorch_default": 1.0 / (3.0 * fan_in)}[self.init]
        return self.gain * math.sqrt(variance)

    def arrays(self):
        """weights [depth] of [out][in], biases [depth] of [out], input [batch][in], target [batch][out], all float32."""
        uniform = self.init.endswith("uniform") or self.init == "pytorch_default"
        weights, biases = [], []
        for layer in range(1, self.depth + 1):
            std, fan_out = self.weight_std(layer), self.units[layer]
            scale = std * math.sqrt(3.0) if uniform else std
            weights.append(fill(self.seed, layer, WEIGHT, fan_out, self.units[layer - 1], scale,
                                uniform_values if uniform else normal_values))
            bias_scale = std * math.sqrt(3.0) if self.init == "pytorch_default" else 0.0
            biases.append(fill(self.seed, layer, BIAS, 1, fan_out, bias_scale, uniform_values)[0] + np.float32(0))
        x = fill(self.seed, 0, INPUT, self.batch, self.units[0], 1.0, normal_values)
        t = fill(self.seed, 0, TARGET, self.batch, self.units[-1], 1.0, normal_values)
        return weights, biases, x, t


def checksum(weights, biases, x, t):
    crc = 0
    for array in [a for pair in zip(weights, biases) for a in pair] + [x, t]:
        crc = zlib.crc32(np.ascontiguousarray(array, "<f4").tobytes(), crc)
    return crc


def torch_activation(name):
    f = torch.nn.functional
    return {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": f.relu, "leaky_relu": f.leaky_relu, "elu": f.elu,
            "selu": f.selu}[name]


def by_torch(spec, arrays, dtype):
    """Loss, then per layer ||dW||, ||db||, rms of delta. Norms of the finished gradients are taken in float64."""
    weights, biases, x, t = arrays
    f = torch_activation(spec.activation)
    weights = [torch.tensor(w, dtype=dtype, requires_grad=True) for w in weights]
    biases = [torch.tensor(b, dtype=dtype, requires_grad=True) for b in biases]
    a, zs = torch.tensor(x, dtype=dtype), []
    for w, b in zip(weights, biases):
        z = torch.nn.functional.linear(a, w, b)
        z.retain_grad()
        zs.append(z)
        a = f(z)
    loss = torch.nn.functional.mse_loss(a, torch.tensor(t, dtype=dtype))
    loss.backward()
    layers = [(w.grad.double().norm().item(), b.grad.double().norm().item(), z.grad.double().square().mean().sqrt().item())
              for w, b, z in zip(weights, biases, zs)]
    return loss.item(), layers


# ---- what float32 can do ----


def value_and_derivative(name, z):
    """f and f' by formulas that keep their relative accuracy in the tails (kernels/activation.cl), in z's type."""
    one = z.dtype.type(1)
    if name == "sigmoid":
        e = np.exp(-np.abs(z))
        return np.where(z < 0, e, one) / (one + e), e / ((one + e) * (one + e))
    if name == "tanh":
        e = np.exp(-2 * np.abs(z))
        return np.tanh(z), 4 * e / ((one + e) * (one + e))
    slopes = {"relu": (1.0, 0.0), "leaky_relu": (1.0, 0.01)}
    if name in slopes:
        above, below = (z.dtype.type(s) for s in slopes[name])
        return np.where(z > 0, above * z, below * z), np.where(z > 0, above, below)
    above, below = {"elu": (1.0, 1.0), "selu": (1.0507009873554805, 1.7580993408473766)}[name]
    above, below, low = z.dtype.type(above), z.dtype.type(below), np.minimum(z, 0)
    return np.where(z > 0, above * z, below * np.expm1(low)), np.where(z > 0, above, below * np.exp(low))


def by_float32(spec, arrays, generator):
    """One pass in float32 with the units of every layer renumbered at random; gradients divided by their largest
    entry on the way down (by a power of two, so exactly) and so never out of range. Logarithms of the results."""
    weights, biases, x, t = arrays
    order = [generator.permutation(n) for n in spec.units]
    weights = [w[np.ix_(order[i + 1], order[i])] for i, w in enumerate(weights)]
    biases = [b[order[i + 1]] for i, b in enumerate(biases)]
    a = [x[:, order[0]]]
    slopes = []
    for w, b in zip(weights, biases):
        value, slope = value_and_derivative(spec.activation, (a[-1] @ w.T + b).astype(np.float32))
        a.append(value.astype(np.float32))
        slopes.append(slope.astype(np.float32))
    apart = a[-1] - t[:, order[-1]]
    loss = np.mean(np.square(apart.astype(np.float64)))
    delta, exponent = np.float32(2.0 / apart.size) * apart * slopes[-1], 0
    layers = []
    for layer in range(spec.depth, 0, -1):
        largest = float(np.max(np.abs(delta)))
        shift = math.frexp(largest)[1] if largest > 0 else 0
        delta, exponent = np.ldexp(delta, -shift), exponent + shift
        wide = [np.float64(v) for v in (np.linalg.norm((delta.T @ a[layer - 1]).astype(np.float64)),
                                        np.linalg.norm(delta.sum(0, dtype=np.float32).astype(np.float64)),
                                        np.sqrt(np.mean(np.square(delta.astype(np.float64)))))]
        layers.insert(0, [math.ldexp(v, exponent) for v in wide])
        if layer > 1:
            delta = (delta @ weights[layer - 1]) * slopes[layer - 2]
    return loss, layers


def numbers(result):
    return np.array([result[0]] + [v for layer in result[1] for v in layer], np.float64)


def relative_error(measured, exact):
    measured, exact = numbers(measured), numbers(exact)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.max(np.where(measured == exact, 0.0, np.abs(measured - exact) / np.abs(exact))))


def specs():
    shapes = [(2, 19, 8, 13, 7), (10, 24, 9, 0, 5), (30, 17, 5, 0, 0)]  # depth, width, batch, input and output width
    for a, activation in enumerate(ACTIVATIONS):
        for i, init in enumerate(INITS):
            for depth, width, batch, input_width, output_width in shapes:
                seed = 1 + a * 100 + i * 10 + depth + (1 << 40) * (i % 2)
                yield Spec(activation, init, depth, width, batch, input_width, output_width, 1.0, seed)
    yield Spec("tanh", "lecun_normal", 10, 24, 9, 0, 5, 1.25, 77)
    yield Spec("relu", "pytorch_default", 10, 24, 9, 0, 5, 1.5, 78)
    yield Spec("sigmoid", "pytorch_default", 10, 64, 32, 0, 0, 1.0, 1)  # the listing everybody knows


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    beyond = []
    print("/* Made by make_expected.py with PyTorch " + torch.__version__.split("a")[0] + " in float64. A row:")
    print(" * GF_NETWORK(activation, init, depth, width, batch, input_width, output_width, gain, seed, CRC-32 of all float32")
    print(" * inputs (W and b of each layer, input, target), loss, float32_error), then from layer 1 on, one a layer,")
    print(" * GF_LAYER(||dL/dW||, ||dL/db||, rms of dL/dz). */")
    for spec in specs():
        arrays = spec.arrays()
        exact = by_torch(spec, arrays, torch.float64)
        errors = [relative_error(by_float32(spec, arrays, np.random.default_rng(n)), exact) for n in range(6)]
        error = max(errors)
        plain = relative_error(by_torch(spec, arrays, torch.float32), exact)
        if error > 1e-5 or plain > 1e-5:
            beyond.append((spec, error, min(errors), plain))
        print(f'GF_NETWORK({spec.activation.upper()}, {spec.init.upper()}, {spec.depth}, {spec.width}, {spec.batch}, '
              f'{spec.input_width}, {spec.output_width}, {spec.gain}, {spec.seed}u, 0x{checksum(*arrays):08x}u,\n'
              f'           {exact[0]:.12e}, {error:.1e})')
        for layer in exact[1]:
            print("GF_LAYER(" + ", ".join(f"{v:.12e}" for v in layer) + ")")
    for spec, error, least, plain in beyond:
        print(f"{spec.activation} {spec.init} depth {spec.depth}: float32 {least:.1e} to {error:.1e}, "
              f"torch float32 {plain:.1e}", file=sys.stderr)
    print(f"{sum(error > 1e-5 for _, error, _, _ in beyond)} networks beyond 1e-5 in float32, "
          f"{sum(plain > 1e-5 for _, _, _, plain in beyond)} in torch float32", file=sys.stderr)


main()

#!/usr/bin/python3
"""Writes gradients.inl: what PyTorch computes in float64 for small networks, layer by layer.

    /usr/bin/python3 tests/expected/make_expected.py > tests/expected/gradients.inl     (Debian: python3-torch)

Weights, biases, input and target are made here from scratch - Philox 4x32-10 and the value functions of
kernels/random.cl, in numpy - and a checksum of their float32 bits goes into the table, so that the C test knows it
compares the same network. Loss and gradients are torch.nn.Linear, torch.nn.functional and autograd in float64.
Orthogonal weights are torch.nn.init.orthogonal_'s steps over the same normal values, in float64 and then rounded: two
QR routines differ by about 1e-14, so now and then a last bit, and no checksum is asked of them (0).

Networks of precision bf16 or fp16 are not PyTorch's autograd but the same steps by hand (by_hand), every array rounded
to the type where gradflow rounds it, sums in float64: autocast would not say which of its arrays it rounds.

`float32_error` says how far a float32 evaluation of the same network lies from float64: the largest relative error of
any number of the network over six evaluations that differ only in the order in which units are numbered and so summed.
Where it is large the network amplifies rounding, and no float32 program can do better. In bf16 and fp16 it is what
float32 sums move across rounding boundaries."""
import math
import re
import sys
import zlib
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "linear", "gelu", "silu", "softplus", "mish",
               "softsign", "hard_tanh"]
INITS = ["xavier_normal", "xavier_uniform", "he_normal", "he_uniform", "lecun_normal", "normal", "pytorch_default",
         "lecun_uniform", "uniform", "orthogonal", "zeros"]
EPSILON = 1e-5  # of the normalisations
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
    """Options are the members of gf_spec that differ from its defaults; `layers` is a list of overrides
    (first, last, activation or None, init or None)."""

    def __init__(self, activation, init, shape, seed, **options):
        self.activation, self.init, self.seed = activation, init, seed
        self.depth, self.width, self.batch, self.input_width, self.output_width = shape
        self.layers = options.pop("layers", [])
        self.options = options
        self.units = [self.input_width or self.width] + [self.width] * (self.depth - 1)
        self.units.append(self.output_width or self.width)

    def option(self, name):
        defaults = {"sigma": 1.0, "gain": 1.0, "bias_std": 0.0, "skip": "none", "skip_scale": 1.0, "norm": "none",
                    "output": "activated", "precision": "exact", "loss_scale": 1.0}
        return self.options.get(name, defaults[name])

    def activation_of(self, layer):
        if layer == self.depth and self.option("output") == "linear":
            return "linear"
        own = [a for first, last, a, _ in self.layers if a and first <= layer <= last]
        return own[-1] if own else self.activation

    def init_of(self, layer):
        own = [i for first, last, _, i in self.layers if i and first <= layer <= last]
        return own[-1] if own else self.init

    def has_skip(self, layer):
        return self.option("skip") == "residual" and self.units[layer - 1] == self.units[layer]

    def weight_std(self, layer):
        fan_in, fan_out, sigma = float(self.units[layer - 1]), float(self.units[layer]), self.option("sigma")
        variance = {"xavier_normal": 2.0 / (fan_in + fan_out), "xavier_uniform": 2.0 / (fan_in + fan_out),
                    "he_normal": 2.0 / fan_in, "he_uniform": 2.0 / fan_in, "lecun_normal": 1.0 / fan_in,
                    "lecun_uniform": 1.0 / fan_in, "normal": sigma * sigma, "uniform": sigma * sigma,
                    "pytorch_default": 1.0 / (3.0 * fan_in), "zeros": 0.0}[self.init_of(layer)]
        return self.option("gain") * math.sqrt(variance)

    def weight(self, layer):
        rows, columns, init = self.units[layer], self.units[layer - 1], self.init_of(layer)
        if init == "orthogonal":
            return orthogonal(fill(self.seed, layer, WEIGHT, rows, columns, 1.0, normal_values), self.option("gain"))
        uniform = init.endswith("uniform") or init == "pytorch_default"
        scale = self.weight_std(layer) * (math.sqrt(3.0) if uniform else 1.0)
        return fill(self.seed, layer, WEIGHT, rows, columns, scale, uniform_values if uniform else normal_values)

    def bias(self, layer):
        scale, values = self.option("bias_std"), normal_values
        if scale == 0.0 and self.init_of(layer) == "pytorch_default":
            scale, values = self.weight_std(layer) * math.sqrt(3.0), uniform_values
        return fill(self.seed, layer, BIAS, 1, self.units[layer], scale, values)[0] + np.float32(0)

    def arrays(self):
        """weights [depth] of [out][in], biases [depth] of [out], input [batch][in], target [batch][out], all float32."""
        layers = range(1, self.depth + 1)
        x = fill(self.seed, 0, INPUT, self.batch, self.units[0], 1.0, normal_values)
        t = fill(self.seed, 0, TARGET, self.batch, self.units[-1], 1.0, normal_values)
        return [self.weight(n) for n in layers], [self.bias(n) for n in layers], x, t

    def is_orthogonal(self):
        return any(self.init_of(n) == "orthogonal" for n in range(1, self.depth + 1))

    def recorded(self):
        """Every layer of a shallow network, five or six of a deeper one."""
        if self.depth <= 3:
            return list(range(1, self.depth + 1))
        if self.depth < 30:
            return sorted({1, 2, (self.depth + 1) // 2, self.depth - 1, self.depth})
        return [1, 2, self.depth // 3, 2 * self.depth // 3, self.depth - 1, self.depth]


def orthogonal(normal, gain):
    """torch.nn.init.orthogonal_ from its second line on."""
    rows, columns = normal.shape
    flattened = torch.tensor(normal, dtype=torch.float64)
    if rows < columns:
        flattened = flattened.t()
    q, r = torch.linalg.qr(flattened)
    q = q * torch.diag(r, 0).sign()
    if rows < columns:
        q = q.t()
    return (q * gain).contiguous().numpy().astype(np.float32)


def checksum(weights, biases, x, t):
    crc = 0
    for array in [a for pair in zip(weights, biases) for a in pair] + [x, t]:
        crc = zlib.crc32(np.ascontiguousarray(array, "<f4").tobytes(), crc)
    return crc


def torch_activation(name):
    f = torch.nn.functional
    return {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": f.relu, "leaky_relu": f.leaky_relu, "elu": f.elu,
            "selu": f.selu, "linear": lambda z: z, "gelu": f.gelu, "silu": f.silu, "mish": f.mish,
            "softplus": lambda z: f.softplus(z, threshold=500.0),  # its usual 20 is 2e-9 off
            "softsign": f.softsign, "hard_tanh": f.hardtanh}[name]


def torch_norm(spec, z):
    f = torch.nn.functional
    return {"none": lambda: z, "batch": lambda: f.batch_norm(z, None, None, training=True, eps=EPSILON),
            "layer": lambda: f.layer_norm(z, z.shape[1:], eps=EPSILON)}[spec.option("norm")]()


def by_torch(spec, arrays, dtype):
    """Loss, then per layer ||dW||, ||db||, rms of delta. Norms of the finished gradients are taken in float64."""
    weights, biases, x, t = arrays
    weights = [torch.tensor(w, dtype=dtype, requires_grad=True) for w in weights]
    biases = [torch.tensor(b, dtype=dtype, requires_grad=True) for b in biases]
    a, zs = torch.tensor(x, dtype=dtype), []
    for layer, (w, b) in enumerate(zip(weights, biases), 1):
        z = torch.nn.functional.linear(a, w, b)
        z.retain_grad()
        zs.append(z)
        f = torch_activation(spec.activation_of(layer))(torch_norm(spec, z))
        a = a + spec.option("skip_scale") * f if spec.has_skip(layer) else f
    loss = torch.nn.functional.mse_loss(a, torch.tensor(t, dtype=dtype))
    loss.backward()
    layers = [(w.grad.double().norm().item(), b.grad.double().norm().item(), z.grad.double().square().mean().sqrt().item())
              for w, b, z in zip(weights, biases, zs)]
    return loss.item(), layers


# ---- by hand: what float32 can do, and what bf16 and fp16 do ----


def value_and_derivative(name, z):
    """f and f' by formulas that keep their relative accuracy in the tails (kernels/activation.cl), in z's type."""
    real = z.dtype.type
    one, two, half = real(1), real(2), real(0.5)
    e = np.exp(-np.abs(z))
    sigmoid, slope = np.where(z < 0, e, one) / (one + e), e / ((one + e) * (one + e))
    if name == "sigmoid":
        return sigmoid, slope
    if name == "tanh":
        e = np.exp(-2 * np.abs(z))
        return np.tanh(z), 4 * e / ((one + e) * (one + e))
    if name in ("gelu", "mish"):
        if name == "gelu":
            gate = half * torch.erfc(torch.from_numpy(z * real(-math.sqrt(0.5)))).numpy()
            inner = np.exp(-half * z * z) * real(1 / math.sqrt(2 * math.pi))
        else:
            d, n = one + two * e * (one + e), e * (e + two)
            gate = np.where(z < 0, n / (n + two), (one + two * e) / d)
            above = two * e * (one + e) / d
            inner = np.where(z < 0, 4 * (n + one) / ((n + two) * (n + two)), above * above) * sigmoid
        return z * gate, gate + z * inner
    if name == "silu":
        return z * sigmoid, sigmoid + z * slope
    if name == "softplus":
        return np.maximum(z, 0) + np.log1p(e), sigmoid
    if name == "softsign":
        return z / (one + np.abs(z)), one / ((one + np.abs(z)) * (one + np.abs(z)))
    if name == "hard_tanh":
        return np.clip(z, -one, one), np.where(np.abs(z) < one, one, real(0))
    slopes = {"relu": (1.0, 0.0), "leaky_relu": (1.0, 0.01), "linear": (1.0, 1.0)}
    if name in slopes:
        above, below = (real(s) for s in slopes[name])
        return np.where(z > 0, above * z, below * z), np.where(z > 0, above, below)
    above, below = {"elu": (1.0, 1.0), "selu": (1.0507009873554805, 1.7580993408473766)}[name]
    above, below, low = real(above), real(below), np.minimum(z, 0)
    return np.where(z > 0, above * z, below * np.expm1(low)), np.where(z > 0, above, below * np.exp(low))


def round_bf16(values):
    """Nearest, ties to even, of float64: 45 of its 52 bits go. Below 2^-126 the steps are 2^-133."""
    wide = np.asarray(values, np.float64)
    assert np.all(np.abs(wide) < 2.0 ** 127)
    bits = wide.view(np.uint64)
    bits = bits + np.uint64((1 << 44) - 1) + ((bits >> np.uint64(45)) & np.uint64(1))
    normal = (bits & ~np.uint64((1 << 45) - 1)).view(np.float64)
    return np.where(np.abs(wide) < 2.0 ** -126, np.ldexp(np.rint(np.ldexp(wide, 133)), -133), normal)


def rounding(precision):
    """float16 by numpy, which rounds once; torch goes through float32."""
    return {"exact": lambda v: v, "bf16": lambda v: round_bf16(v).astype(v.dtype),
            "fp16": lambda v: v.astype(np.float16).astype(v.dtype)}[precision]


def normalise(spec, z):
    """h and 1 / std, broadcastable."""
    kind = spec.option("norm")
    if kind == "none":
        return z, None
    axis = 0 if kind == "batch" else 1
    apart = z - z.mean(axis, keepdims=True)
    inverse = z.dtype.type(1) / np.sqrt(np.square(apart).mean(axis, keepdims=True) + z.dtype.type(EPSILON))
    return apart * inverse, inverse


def normalise_backward(spec, d, h, inverse):
    kind = spec.option("norm")
    if kind == "none":
        return d
    axis = 0 if kind == "batch" else 1
    return inverse * (d - d.mean(axis, keepdims=True) - h * (d * h).mean(axis, keepdims=True))


def renumbered(spec, arrays, generator):
    """The same network with the units of every layer in another order (beside a skip the order must stay)."""
    weights, biases, x, t = arrays
    order = [generator.permutation(spec.units[0])]
    for layer in range(1, spec.depth + 1):
        order.append(order[-1] if spec.has_skip(layer) else generator.permutation(spec.units[layer]))
    samples = generator.permutation(spec.batch)
    weights = [w[np.ix_(order[i + 1], order[i])] for i, w in enumerate(weights)]
    return weights, [b[order[i + 1]] for i, b in enumerate(biases)], x[samples][:, order[0]], t[samples][:, order[-1]]


def forward_by_hand(spec, weights, biases, x, rounded):
    a, kept = [x], []
    for layer, (w, b) in enumerate(zip(weights, biases), 1):
        z = rounded(a[-1] @ w.T + b)
        h, inverse = normalise(spec, z)
        h = rounded(h)
        value, slope = value_and_derivative(spec.activation_of(layer), h)
        value = rounded(value)
        if spec.has_skip(layer):
            value = rounded(a[-1] + z.dtype.type(spec.option("skip_scale")) * value)
        a.append(value)
        kept.append((h, inverse, slope))
    return a, kept


def by_hand(spec, arrays, dtype, generator=None):
    """As by_torch, step by step and rounded as spec.precision says. In float32 gradients are brought back to ordinary
    size on the way down (by powers of two, so exactly) where the precision is exact, and so never out of range."""
    weights, biases, x, t = renumbered(spec, arrays, generator) if generator else arrays
    rounded, exact = rounding(spec.option("precision")), spec.option("precision") == "exact"
    weights, biases = [rounded(w.astype(dtype)) for w in weights], [rounded(b.astype(dtype)) for b in biases]
    a, kept = forward_by_hand(spec, weights, biases, rounded(x.astype(dtype)), rounded)
    apart = a[-1] - t.astype(dtype)
    loss = np.mean(np.square(apart.astype(np.float64)))
    up = rounded(apart * dtype(2.0 / apart.size * spec.option("loss_scale")))
    exponent, layers = 0, []
    for layer in range(spec.depth, 0, -1):
        h, inverse, slope = kept[layer - 1]
        factor = dtype(spec.option("skip_scale") if spec.has_skip(layer) else 1.0)
        delta = rounded(normalise_backward(spec, up * factor * slope, h, inverse))
        largest = float(max(np.max(np.abs(delta)), np.max(np.abs(up)) if spec.has_skip(layer) else 0.0))
        if exact and largest > 0:
            shift = math.frexp(largest)[1]
            delta, up, exponent = np.ldexp(delta, -shift), np.ldexp(up, -shift), exponent + shift
        wide = [np.float64(v) for v in (np.linalg.norm(rounded(delta.T @ a[layer - 1]).astype(np.float64)),
                                        np.linalg.norm(rounded(delta.sum(0, dtype=dtype)).astype(np.float64)),
                                        np.sqrt(np.mean(np.square(delta.astype(np.float64)))))]
        layers.insert(0, [math.ldexp(v, exponent) / spec.option("loss_scale") for v in wide])
        below = rounded(delta @ weights[layer - 1])
        up = rounded(below + up) if spec.has_skip(layer) else below
    return loss, layers


def errors_of(spec, measured, exact):
    """Relative error of every number. Batch norm makes db zero up to rounding: it is measured by the sum of |delta|'s
    bound, batch * sqrt(units) * rms(delta)."""
    measured, exact = list(measured), list(exact)
    pairs = [(measured[0], exact[0], exact[0])]
    for layer, (m, e) in enumerate(zip(measured[1], exact[1]), 1):
        bias_scale = e[1]
        if spec.option("norm") == "batch":
            bias_scale = e[2] * spec.batch * math.sqrt(spec.units[layer])
        pairs += [(m[0], e[0], e[0]), (m[1], e[1], bias_scale), (m[2], e[2], e[2])]
    return [0.0 if m == e else abs(m - e) / abs(s) if s and math.isfinite(m) else math.inf for m, e, s in pairs]


# ---- which networks ----


def every_activation_and_init():
    shapes = [(2, 19, 8, 13, 7), (10, 24, 9, 0, 5), (30, 17, 5, 0, 0)]  # depth, width, batch, input and output width
    for a, activation in enumerate(ACTIVATIONS):
        for i, init in enumerate(INITS):
            for shape in shapes:
                options = {"sigma": 0.3} if init == "uniform" else {}
                if (activation, init, shape[0]) == ("hard_tanh", "normal", 30):
                    options = {"sigma": 0.5}  # 1 is chaos: float32 has no correct digit left
                yield Spec(activation, init, shape, 1 + a * 100 + i * 10 + shape[0] + (1 << 40) * (i % 2), **options)


def every_structure():
    for a, activation in enumerate(["sigmoid", "tanh", "relu", "selu", "gelu"]):
        for skip in ["none", "residual"]:
            for norm in ["none", "batch", "layer"]:
                for output in ["activated", "linear"]:
                    shape = (7, 20, 9, 13, 6) if output == "activated" else (7, 21, 8, 0, 0)
                    init = ["xavier_normal", "xavier_uniform", "he_normal", "lecun_normal", "orthogonal"][a]
                    options = {"skip": skip, "norm": norm, "output": output}
                    if skip == "residual" and output == "linear":
                        options["skip_scale"] = 0.25
                    yield Spec(activation, init, shape, 3000 + a, **options)


def the_rest():
    middle = (10, 24, 9, 0, 5)
    yield Spec("tanh", "lecun_normal", middle, 77, gain=1.25)
    yield Spec("relu", "pytorch_default", middle, 78, gain=1.5)
    yield Spec("tanh", "orthogonal", middle, 79, gain=1.3)
    yield Spec("tanh", "he_uniform", middle, 80, bias_std=0.3)
    yield Spec("relu", "he_normal", middle, 81, bias_std=0.05, output="linear")
    yield Spec("elu", "pytorch_default", middle, 82, bias_std=0.5)
    yield Spec("sigmoid", "zeros", middle, 83, bias_std=1.0)
    yield Spec("silu", "orthogonal", middle, 84, bias_std=0.1, skip="residual", norm="layer")
    yield Spec("tanh", "xavier_normal", middle, 85, layers=[(4, 6, "sigmoid", None)])
    yield Spec("relu", "he_normal", middle, 86, layers=[(5, 5, None, "zeros")], bias_std=0.2)
    yield Spec("relu", "he_normal", middle, 87, layers=[(1, 3, "tanh", "pytorch_default"), (3, 3, None, "orthogonal")])
    yield Spec("selu", "lecun_normal", middle, 88, layers=[(2, 9, "linear", None), (9, 10, "mish", "he_uniform")],
               skip="residual", skip_scale=0.5, norm="batch")
    yield Spec("gelu", "he_normal", (1, 9, 4, 6, 3), 89)
    yield Spec("softplus", "uniform", (1, 1, 1, 0, 0), 90)
    yield Spec("tanh", "xavier_normal", (60, 12, 6, 0, 0), 91, skip="residual", skip_scale=0.1)
    yield Spec("sigmoid", "pytorch_default", (10, 64, 32, 0, 0), 1)  # the listing everybody knows


def every_number_type():
    middle, deep = (8, 24, 9, 0, 5), (12, 24, 9, 0, 5)
    for precision in ["bf16", "fp16"]:
        yield Spec("relu", "he_normal", middle, 4001, precision=precision)
        yield Spec("tanh", "pytorch_default", middle, 4002, precision=precision)
        yield Spec("gelu", "he_normal", middle, 4003, precision=precision, bias_std=0.1, skip="residual", skip_scale=0.5)
        yield Spec("selu", "lecun_normal", middle, 4004, precision=precision, norm="layer", output="linear")
        yield Spec("elu", "orthogonal", middle, 4005, precision=precision, norm="batch")
        yield Spec("sigmoid", "xavier_normal", deep, 4006, precision=precision)  # dies in fp16
    yield Spec("sigmoid", "xavier_normal", deep, 4006, precision="fp16", loss_scale=65536.0)  # lives
    yield Spec("tanh", "pytorch_default", (24, 24, 9, 0, 0), 4007, precision="fp16")
    yield Spec("tanh", "pytorch_default", (24, 24, 9, 0, 0), 4007, precision="fp16", loss_scale=65536.0)
    yield Spec("relu", "he_normal", middle, 4001, precision="fp16", loss_scale=65536.0)


def specs():
    yield from every_activation_and_init()
    yield from every_structure()
    yield from the_rest()
    yield from every_number_type()


# ---- the table ----


def c_options(spec):
    """Designated initialisers of gf_spec members."""
    enums = {"skip": "GF_SKIP_", "norm": "GF_NORM_", "output": "GF_OUTPUT_", "precision": "GF_PRECISION_"}
    text = [f".{k} = {enums[k] + v.upper() if k in enums else v}" for k, v in spec.options.items()
            if v != Spec.option(Spec("", "", (1, 1, 1, 0, 0), 0), k)]
    if spec.layers:
        rows = ["{%d, %d, GF_ACTIVATION_%s, GF_INIT_%s}" % (first, last, (a or "count").upper(), (i or "count").upper())
                for first, last, a, i in spec.layers]
        text.append(f".override_count = {len(rows)}, .overrides = {{{', '.join(rows)}}}")
    return ", ".join(text)


def print_network(spec, arrays, exact, error):
    crc = 0 if spec.is_orthogonal() else checksum(*arrays)
    print(f'GF_NETWORK({spec.activation.upper()}, {spec.init.upper()}, {spec.depth}, {spec.width}, {spec.batch}, '
          f'{spec.input_width}, {spec.output_width}, {spec.seed}u, 0x{crc:08x}u, {exact[0]:.10e}, {error:.1e}, '
          f'{len(spec.recorded())}, {c_options(spec) or 0})')
    for layer in spec.recorded():
        print(f"GF_LAYER({layer}, " + ", ".join(f"{v:.10e}" if v else "0" for v in exact[1][layer - 1]) + ")")


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    np.seterr(over="ignore", under="ignore")
    beyond, count, worst_by_hand = [], 0, 0.0
    print("/* Made by make_expected.py with PyTorch " + torch.__version__.split("a")[0] + " in float64. A row:")
    print(" * GF_NETWORK(activation, init, depth, width, batch, input_width, output_width, seed, CRC-32 of all float32 inputs")
    print(" * (W and b of each layer, input, target; 0: orthogonal), loss, float32_error, number of rows below, then whatever")
    print(" * differs from the defaults of gf_spec), and for some of its layers GF_LAYER(layer, ||dL/dW||, ||dL/db||, rms of")
    print(" * dL/dz). With batch norm ||dL/db|| is 0 up to rounding. */")
    for spec in specs():
        arrays = spec.arrays()
        own = by_hand(spec, arrays, np.float64)
        exact = by_torch(spec, arrays, torch.float64) if spec.option("precision") == "exact" else own
        worst_by_hand = max(worst_by_hand, max(errors_of(spec, own, exact)))
        error = max(max(errors_of(spec, by_hand(spec, arrays, np.float32, np.random.default_rng(n)), exact))
                    for n in range(6))
        count += 1
        if error > 1e-5:
            beyond.append(f"{spec.activation} {spec.init} depth {spec.depth} {c_options(spec)}: {error:.1e}")
        print_network(spec, arrays, exact, error)
    print("\n".join(beyond), file=sys.stderr)
    print(f"{count} networks, {len(beyond)} beyond 1e-5 in float32; the steps by hand in float64 lie within "
          f"{worst_by_hand:.1e} of PyTorch", file=sys.stderr)


main()

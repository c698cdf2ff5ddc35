#!/usr/bin/env python3
"""Writes kernels/normal_table.cl: the quantile function of the normal distribution as 32 x 8 cubics.

Octave k covers probabilities 2^-(k+2) .. 2^-(k+1), cut into 8 equal pieces; on each the cubic interpolates the
quantile at four Chebyshev nodes. Only Python's standard library is needed (NormalDist.inv_cdf is AS241)."""
import math
import struct
from statistics import NormalDist

OCTAVES, PIECES = 32, 8
quantile = NormalDist().inv_cdf


def cubic(f):
    """Power-basis coefficients on t in [0, 1] of the interpolant at Chebyshev nodes, by Newton's divided differences."""
    nodes = [0.5 - 0.5 * math.cos(math.pi * (2 * i + 1) / 8) for i in range(4)]
    d = [f(t) for t in nodes]
    for j in range(1, 4):
        for i in range(3, j - 1, -1):
            d[i] = (d[i] - d[i - 1]) / (nodes[i] - nodes[i - j])
    c = [d[3], 0.0, 0.0, 0.0]
    for i in (2, 1, 0):  # Horner: multiply by (t - node_i), add d_i
        c = [d[i] - nodes[i] * c[0]] + [c[k - 1] - nodes[i] * c[k] for k in (1, 2)] + [c[2]]
    return c


def single(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def main():
    print("/* Made by tests/expected/make_normal_table.py: -quantile(p) of the standard normal distribution on octave k,")
    print(" * piece s as c0 + t (c1 + t (c2 + t c3)); row k * 8 + s. See random.cl. */")
    print(f"GF_TABLE float gf_normal_table[{OCTAVES * PIECES}][4] = {{")
    worst = 0.0
    for k in range(OCTAVES):
        for s in range(PIECES):
            def f(t):
                return -quantile(math.ldexp(1.0 + (s + t) / PIECES, -(k + 2)))
            c = [single(x) for x in cubic(f)]
            for i in range(33):
                t = i / 32
                if k == 0 and s == 7 and i == 32:
                    continue
                worst = max(worst, abs(c[0] + t * (c[1] + t * (c[2] + t * c[3])) - f(t)))
            print("    {" + ", ".join(f"{x:.9e}f" for x in c) + "},")
    print("};")
    print(f"/* Largest error seen: {worst:.2e}. */")


main()

#!/usr/bin/env python3
"""What the planner says before a run against what the run then takes: time and memory.

    python3 tests/bench/predicted.py [--gradflow build/gradflow] [--device opencl --device cpu]
                                     [--shape DxWxB ...] [--runs 3] [--init NAME]

Every run is a process of its own, as a user's is: it opens the device, measures it and makes its
first pass, so that what is compared includes memory that nobody has touched, weights, forward,
backward, statistics and reading. The middle of the runs counts. The peak is that of the largest
process, which is the engine; OpenCL's driver and compiler have 60 to 90 MiB of it before anything
runs.

A virtual machine may have to ask its host for memory first, which takes ten times as long as the
kernel's own work and says nothing about the program. So as much is touched here and given back just
before each run. Figures are for a calm machine; `busy` is the share of its processor time that others
took during the runs.
"""
import argparse
import json
import mmap
import os
import statistics
import subprocess
import sys
import tempfile

SHAPES = ["10x64x32", "1000x128x64", "100x512x64", "50x1024x256", "10000x256x32"]
MIB = 1 << 20


def touch(size):
    """Has the machine bring as much memory, then gives it back."""
    with mmap.mmap(-1, max(size, mmap.PAGESIZE)) as memory:
        memory.madvise(mmap.MADV_HUGEPAGE)
        for at in range(0, len(memory), mmap.PAGESIZE):
            memory[at] = 1


def jiffies():
    """Processor time since the start: in all, and not idle."""
    with open("/proc/stat") as file:
        times = [int(word) for word in file.readline().split()[1:9]]
    return sum(times), sum(times) - times[3] - times[4]


def run(args, shape, device):
    depth, width, batch = shape.split("x")
    command = [args.gradflow, "run", "--depth", depth, "--width", width, "--batch", batch,
               "--activation", "relu", "--init", args.init, "--device", device, "--format", "json"]
    total, used = jiffies()
    with tempfile.TemporaryFile() as answer:
        child = subprocess.Popen(command, stdout=answer)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        answer.seek(0)
        text = answer.read()
    if child.returncode != 0:
        return None
    total_after, used_after = jiffies()
    own = (usage.ru_utime + usage.ru_stime) * os.sysconf("SC_CLK_TCK")
    result = json.loads(text)
    return {"predicted": result["plan"]["predicted_seconds"],
            "measured": result["time_ms"]["total"] / 1e3,
            "plan": result["plan"],
            "peak": usage.ru_maxrss * 1024,
            "busy": max(0.0, used_after - used - own) / max(total_after - total, 1)}


def compare(args, shape, device):
    runs = []
    size = 0
    for _ in range(args.runs):
        touch(size)
        made = run(args, shape, device)
        if made is None:
            return
        size = made["plan"]["bytes"]
        runs.append(made)
    if len(runs) > 1:
        runs = runs[1:]  # before the first, nothing was known to be touched
    ratios = sorted(one["predicted"] / one["measured"] for one in runs)
    middle = sorted(runs, key=lambda one: one["predicted"] / one["measured"])[len(runs) // 2]
    ways = ["generated" if middle["plan"]["weights"] == "generated" else "",
            "recomputed" if middle["plan"]["activations"] == "recomputed" else ""]
    print("%-7s %-13s %11.2f %11.2f %6.2f  %4.2f-%4.2f %10.1f %10.1f %4.0f%%  %s" %
          (device, shape, 1e3 * middle["predicted"], 1e3 * middle["measured"],
           statistics.median(ratios), ratios[0], ratios[-1], middle["plan"]["bytes"] / MIB,
           middle["peak"] / MIB, 100 * max(one["busy"] for one in runs),
           " ".join(way for way in ways if way)), flush=True)


def main():
    parser = argparse.ArgumentParser(description="The planner's word against the run.")
    parser.add_argument("--gradflow", default="build/gradflow")
    parser.add_argument("--device", action="append")
    parser.add_argument("--shape", action="append", help="depth x width x batch, 50x1024x256")
    parser.add_argument("--init", default="he_normal")
    parser.add_argument("--runs", type=int, default=4, help="the first of them is not counted")
    args = parser.parse_args()
    print("%-7s %-13s %11s %11s %6s  %9s %10s %10s %5s" %
          ("device", "shape", "predicted", "measured ms", "ratio", "range", "plan MiB", "peak MiB",
           "busy"))
    for shape in args.shape or SHAPES:
        for device in args.device or ["opencl", "cpu"]:
            compare(args, shape, device)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Times Pillow and `commsharp bench picture` in turn on one JPEG, and compares their pixels.

Usage: compare.py FOLDER ROUNDS COMMAND...     (COMMAND starts commsharp; files are left in FOLDER)
Each side times itself from the encoded bytes in memory to 336 x 336 pixels, so that neither's start counts.
Exits with 1 when CommSharp took longer than Pillow or a pixel differs.
"""

import io
import json
import os
import random
import statistics
import subprocess
import sys
import time

import PIL
from PIL import Image, ImageChops

WIDTH, HEIGHT, SIZE = 4000, 3000, 336
RUNS = 9  # in each round, after one that does not count; as `commsharp bench picture` does


def photograph():
    """Smooth colours with grain, which compress about as a photograph does."""
    draw = random.Random(1)
    grain = Image.frombytes("L", (WIDTH, HEIGHT), draw.randbytes(WIDTH * HEIGHT)).point([v * 24 // 256 for v in range(256)])
    down = Image.linear_gradient("L").point([v * 200 // 256 for v in range(256)])
    across = down.transpose(Image.Transpose.ROTATE_90)
    colours = [across, down, Image.blend(across, down, 0.5)]
    channels = [ImageChops.add(each.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR), grain) for each in colours]
    file = io.BytesIO()
    Image.merge("RGB", channels).save(file, "JPEG", quality=90, subsampling="4:2:0")
    return file.getvalue()


def prepare(encoded):
    """A full decode, without draft mode, and a resize of all its pixels."""
    with Image.open(io.BytesIO(encoded)) as image:
        return image.resize((SIZE, SIZE), Image.Resampling.BICUBIC)


def time_pillow(encoded):
    prepare(encoded)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        prepare(encoded)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def time_commsharp(command, picture, output):
    arguments = ["bench", "picture", "--picture", picture, "--fit", "resize", "--out", output, "--json"]
    done = subprocess.run([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"bench/pillow: commsharp failed: {done.stderr.strip()}")
    return json.loads(done.stdout)["measurements"][0]["milliseconds"]


def main(folder, rounds, command):
    picture, output = os.path.join(folder, "picture.jpg"), os.path.join(folder, "square.png")
    encoded = photograph()
    with open(picture, "wb") as file:
        file.write(encoded)

    pillow, commsharp = [], []
    for number in range(rounds):
        pillow.append(time_pillow(encoded))
        commsharp.append(time_commsharp(command, picture, output))
        print(f"round {number + 1}: Pillow {pillow[-1]:.1f} ms, CommSharp {commsharp[-1]:.1f} ms", flush=True)

    with Image.open(output) as ours:
        apart = max(high for _, high in ImageChops.difference(prepare(encoded), ours.convert("RGB")).getextrema())

    ratio = statistics.median(commsharp) / statistics.median(pillow)
    print(f"{WIDTH} x {HEIGHT} JPEG of {len(encoded) / 1e6:.1f} MB to {SIZE} x {SIZE}, bicubic; medians of {rounds} rounds of {RUNS}")
    print(f"Pillow {PIL.__version__}: {statistics.median(pillow):.1f} ms ({min(pillow):.1f} to {max(pillow):.1f})")
    print(f"CommSharp: {statistics.median(commsharp):.1f} ms ({min(commsharp):.1f} to {max(commsharp):.1f})")
    print(f"CommSharp / Pillow: {ratio:.2f} (wanted: at most 1)")
    print(f"largest difference: {apart} levels (wanted: 0)")
    return 0 if ratio <= 1 and apart == 0 else 1


if __name__ == "__main__":
    if len(sys.argv) < 4 or not sys.argv[2].isdigit() or int(sys.argv[2]) < 7:
        sys.exit("Usage: compare.py FOLDER ROUNDS COMMAND...; at least 7 rounds")
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))

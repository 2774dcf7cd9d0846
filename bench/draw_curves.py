#!/usr/bin/env python3
"""Draws the CSV of curves_bench as one SVG picture: draw_curves.py FILE.csv FILE.svg"""
import csv
import math
import sys
from collections import defaultdict

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 460, 320, 62, 34, 14, 42
COLOURS = ["#1f5fa8", "#c0442c", "#3c8a3c", "#8a5ea8"]


# A name, not a host: it is never fetched.
NAMESPACE = "http:" + "//www.w3.org/2000/svg"

def read(path):
    curves = defaultdict(lambda: defaultdict(list))
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            curves[row["curve"]][row["what"]].append((float(row["x"]), float(row["ns"])))
    return curves


def label(value):
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def panel(name, lines, x0, y0):
    """One curve, both axes logarithmic."""
    xs = sorted({x for points in lines.values() for x, _ in points})
    ns = [y for points in lines.values() for _, y in points]
    low, high = math.floor(math.log10(min(ns))), math.ceil(math.log10(max(ns)))
    high = max(high, low + 1)
    left, right = math.log10(xs[0]), math.log10(max(xs[-1], xs[0] * 2))

    def at(x, y):
        px = LEFT + (math.log10(x) - left) / (right - left) * (WIDTH - LEFT - RIGHT)
        py = HEIGHT - BOTTOM - (math.log10(y) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
        return x0 + px, y0 + py

    out = [f'<text x="{x0 + LEFT}" y="{y0 + 18}" font-weight="bold">ns a call, by {name}</text>']
    for exponent in range(low, high + 1):
        px, py = at(xs[0], 10**exponent)
        end = x0 + WIDTH - RIGHT
        out.append(f'<path d="M{px:.1f} {py:.1f}H{end}" stroke="#ddd"/>')
        out.append(f'<text x="{px - 6:.1f}" y="{py + 4:.1f}" text-anchor="end">'
                   f"{label(10**exponent)}</text>")
    for x in xs:
        px, py = at(x, 10**low)
        out.append(f'<text x="{px:.1f}" y="{py + 18:.1f}" text-anchor="middle">{label(x)}</text>')
    for i, (what, points) in enumerate(lines.items()):
        colour = COLOURS[i % len(COLOURS)]
        places = [at(x, y) for x, y in sorted(points)]
        path = "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in places)
        out.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="{colour}"/>'
                for px, py in places]
        out.append(f'<text x="{x0 + LEFT + 8}" y="{y0 + TOP + 12 + 14 * i}" fill="{colour}">'
                   f"{what}</text>")
    return out


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    curves = read(sys.argv[1])
    rows = (len(curves) + 1) // 2
    out = [f'<svg xmlns="{NAMESPACE}" width="{2 * WIDTH}" height="{rows * HEIGHT}" '
           f'viewBox="0 0 {2 * WIDTH} {rows * HEIGHT}" font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>']
    for i, (name, lines) in enumerate(curves.items()):
        out += panel(name, lines, i % 2 * WIDTH, i // 2 * HEIGHT)
    out.append("</svg>")
    with open(sys.argv[2], "w") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Use a site as a reader does: click, type, point, and read back.

    site.py SWEEP_SITE STORE_SITE RUNS       of runs.py: eleven kernels, RUNS runs
    site.py shots SITE FOLDER                pictures for docs/
"""
import sys

from browser import Browser

ROWS = "[...document.querySelectorAll('#series tbody tr')]"
NAMES = ROWS + ".filter(r => !r.hidden).map(r => r.dataset.name)"
TEXT = "document.querySelector({!r}).textContent"
HEADS = "[...document.querySelectorAll('#series [aria-sort]')].map(h => h.getAttribute('aria-sort'))"


def equal(what, got, wanted):
    assert got == wanted, f"{what}: {got!r}, not {wanted!r}"


def overview(page, series):
    equal("the largest change is first", page.value(NAMES)[0], series)
    equal("how it changed", page.value(ROWS + "[0].cells[1].textContent"), "▲ +20.0 %")
    equal("all are shown", page.value("shown.value"), "4 of 4 series")


def filtering(page):
    page.click("#filter")
    page.type("PIN.fast 512")
    equal("filtered", page.value(NAMES), ["pin.fast[batch=512] pin"])
    equal("counted", page.value("shown.value"), "1 of 4 series")
    page.value("filter.select()")
    page.type("f")
    equal("typed over", page.value("filter.value"), "f")
    page.value("filter.value = ''; filter.dispatchEvent(new Event('input'))")
    equal("all again", len(page.value(NAMES)), 4)


def sorting(page):
    page.click("[data-sort=name]")
    names = page.value(NAMES)
    equal("by name", names, sorted(names))
    equal("told", page.value(HEADS), ["ascending", "none", "none"])
    # By keyboard: two heads further.
    page.key("Tab")
    page.key("Tab")
    equal("focus", page.value("document.activeElement.dataset.sort"), "when")
    page.key("Enter")
    equal("newest first", page.value(NAMES)[:2],
          ["null.loop[iterations=1000] operation", "pin.fast[batch=1] unpin"])
    equal("told", page.value(HEADS), ["none", "none", "descending"])


def point_at(page, index):
    """Where point @index of the picture is on the screen."""
    return page.value(f"""(() => {{
        const f = document.querySelector("figure"), d = f.dataset;
        f.scrollIntoView({{block: "center"}});
        const s = f.querySelector("svg"), p = s.createSVGPoint();
        p.x = +d.left + ({index} - d.first) * (d.right - d.left) / (d.last - d.first);
        p.y = (+d.top + +d.bottom) / 2;
        const q = p.matrixTransform(s.getScreenCTM());
        return [q.x, q.y];
    }})()""")


def mark_and_dot(page, index):
    """The mark lies on the point that gnuplot drew: a corner of its line."""
    return page.value(f"""(() => {{
        const m = document.querySelector(".mark");
        const lines = [...document.querySelectorAll("figure path")].map(p => p.getAttribute("d"));
        const line = lines.filter(d => d && d.split(/[ML ]+/).length > {index} + 1)
            .sort((a, b) => b.length - a.length)[0];
        const corner = line.trim().split(/[ML ]+/).filter(Boolean)[{index}].split(",");
        return Math.hypot(m.getAttribute("cx") - corner[0], m.getAttribute("cy") - corner[1]);
    }})()""")


def series(page, names, values, unit):
    last = len(names) - 1
    for index in 0, last // 2, last:
        page.mouse("mouseMoved", *point_at(page, index))
        said = page.value("document.getElementById('value').value")
        # Several points share a pixel of a long series.
        here = names.index(said.split(": ")[0])
        assert abs(here - index) <= last // 900 and f" {unit}, " in said, (index, said)
        index = here
        change = f"{(values[index] / values[0] - 1) * 100:+.2f}"
        shown = float(said.split(": ")[1].split()[0])
        assert abs(shown / values[index] - 1) < 1e-3, said
        assert abs(float(said.split(", ")[1].split()[0].replace("−", "-")) - float(change)) < 0.05, said
    page.value("document.querySelector('figure').focus()")
    page.key("End")
    page.key("ArrowLeft")
    said = page.value("document.getElementById('value').value")
    assert said.startswith(names[last - 1] + ": "), said
    page.key("Home")
    said = page.value("document.getElementById('value').value")
    assert said.startswith(names[0] + ": "), said
    if last < 100:
        distance = mark_and_dot(page, 0)
        assert distance < 2, f"the mark is {distance} pixels beside the point"


def looks(page):
    page.size(1280, 900, dark=True)
    equal("dark paper", page.value("getComputedStyle(document.body).backgroundColor"),
          "rgb(22, 24, 27)")
    equal("dark picture", page.value(
        "getComputedStyle(document.querySelector('figure rect')).fill"), "rgb(22, 24, 27)")
    page.size(1280, 900, media="print")
    equal("nothing to click on paper", page.value(
        "getComputedStyle(document.querySelector('.value')).display"), "none")
    page.size(1280, 900)


def narrow(page, site):
    page.size(400, 900)
    page.open(site + "/index.html")
    assert page.value("document.documentElement.scrollWidth") <= 400, "the page itself scrolls"
    for cell in 0, 1, 2:
        right = page.value(ROWS + f"[0].cells[{cell}].getBoundingClientRect().right")
        assert right <= 400, f"column {cell} ends at {right} of 400 pixels"
    page.size(1280, 900)


def use_sweep(page, site):
    name = "pin.fast[batch=1] unpin"
    page.size(1280, 900)
    page.open(site + "/index.html")
    overview(page, name)
    filtering(page)
    sorting(page)
    page.click("[data-sort=size]")
    page.click("#series tbody th a")
    page.arrive("/series/pin.fast+batch-1+unpin.html")
    equal("its heading", page.value(TEXT.format("h1")), name)
    series(page, [f"6.1.0-{40 + i}-amd64" for i in range(11)],
           [500 if i < 5 else 600 for i in range(11)], "instr/page")
    looks(page)
    page.click(".changes tbody th a")
    page.arrive("/run/6.1.0-45-amd64.html")
    equal("what the kernel changed", page.value(TEXT.format(".changes tbody th")), name)
    narrow(page, site)


def use_store(page, site, count):
    page.open(site + "/index.html")
    overview(page, "pin.fast[batch=1] unpin")
    assert page.value("document.querySelectorAll('#series th.run').length") <= 60
    page.click("#filter")
    page.type("null")
    equal("filtered", page.value(NAMES), ["null.loop[iterations=1000] operation"])
    page.click("#series tbody tr:not([hidden]) th a")
    page.arrive("/series/null.loop+iterations-1000+operation.html")
    series(page, [f"r{i:05}" for i in range(count)],
           [1000 if i < count * 3 // 4 else 900 for i in range(count)], "instr")
    run = count * 3 // 4
    equal("link to the commit", page.value("document.querySelector('.changes td:last-child a').href"),
          f"https://example.org/{run:08x}abcdef0123456789abcdef0123456789")
    assert f"mm: change <b>{run}</b>" in page.value(TEXT.format(".changes td:last-child"))
    page.click(".changes tbody th a")
    page.arrive(f"/run/r{run:05}.html")
    equal("its subject", page.value(TEXT.format("h1")), f"r{run:05}")


def shots(page, site, folder):
    for width, height in (1280, 800), (400, 800):
        for dark in False, True:
            page.size(width, height, dark)
            page.open(site + "/index.html")
            page.picture(f"{folder}/site-{width}-{'dark' if dark else 'light'}.png")


def main(first, *rest):
    with Browser() as page:
        if first == "shots":
            shots(page, *rest)
            return
        use_sweep(page, first)
        use_store(page, rest[0], int(rest[1]))
        assert not page.faults(), page.faults()


main(*sys.argv[1:])

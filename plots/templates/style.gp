# SPDX-License-Identifier: GPL-2.0-or-later
#
# What every panel shares: how data is read, ink, palette, axes. Loaded by each
# panel, which has its place (top, bottom, left) by then. Positions and margins are in pixels of the page; px() and py()
# turn them into the fractions of the screen that gnuplot wants.

set encoding utf8
set datafile separator tab
set datafile commentschars ""
set datafile missing "-"

# On a dark page report.css has another for each of these.
paper = "#ffffff"; ink = "#1b1e21"; muted = "#5f666d"; rule = "#d5d9dd"
band = "#f0f2f4"
colour_regression = "#c0341a"; colour_improvement = "#00795c"
colour_inconclusive = "#a87400"; colour_unchanged = "#7c838a"
array colours[6] = ["#1f6fb4", "#c9661a", "#12805f", "#93429a", \
		    "#8a7400", "#54687d"]
array points[6] = [7, 5, 9, 13, 11, 15]
array dashes[6] = [1, 2, 4, 3, 5, 6]
colour(i) = colours[(i - 1) % 6 + 1]
point(i) = points[(i - 1) % 6 + 1]
dash(i) = dashes[(i - 1) % 6 + 1]

px(x) = (x) / (1.0 * page_width)
py(y) = 1 - (y) / (1.0 * page_height)

# Cairo counts points and draws markers for the single size, SVG counts pixels.
body = format eq "png" ? "sans-serif,8" : "sans-serif,12"
title = format eq "png" ? "sans-serif,9.5" : "sans-serif,14"
point_scale = format eq "png" ? 2 : 1

# Texts outside the plot hang on its corner, which is 0, 1 on the second axes.
at_left = px(14) - px(left)
at_row = px(28) - px(left)
up(y) = (y) / (1.0 * page_height)
set x2range [0:1]
set y2range [0:1]

set autoscale xfix
set autoscale yfix
set border 1 linecolor rgb rule
set xtics scale 0 textcolor rgb muted font body offset 0, 0.2
set ytics scale 0
set errorbars small

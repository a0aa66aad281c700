# SPDX-License-Identifier: GPL-2.0-or-later
#
# Absolute values of one case: a row per cell and metric, in it a dot with its
# interval for every subject.
#
# Blocks: 0 corners of the plot (x y); 1 tics (x label); 2 heading (x y label);
# 3 rows (x y label); then a block a subject: its name, then (y value low high).
# x in 2 and 3 is the left edge.

reset
load "style.gp"
set lmargin at screen px(left)
set rmargin at screen px(page_width - 30)
set tmargin at screen py(top + 40)
set bmargin at screen py(bottom - 50)
if (logarithmic) { set logscale x }
set autoscale xfix
set autoscale yfix
set border 1 linecolor rgb rule
set xtics scale 0 textcolor rgb muted font body offset 0, 0.2
set ytics scale 0
set grid xtics ytics back linetype 1 linewidth 0.6 linecolor rgb rule, \
	linetype 1 linewidth 0.4 linecolor rgb rule dashtype (2, 4)
set errorbars small
set key at screen px(left), py(bottom - 8) left bottom Left reverse \
	horizontal samplen 1 width 2 font body textcolor rgb ink

heading_up = py(top + 20) - py(top + 40)
plot data index 0 using 1:2 with dots linecolor rgb paper notitle, \
     data index 1 using 1:(NaN):xtic(2) with dots notitle, \
     data index 2 using 1:2:3 with labels left font title textcolor rgb ink \
	offset screen px(14) - px(left), heading_up notitle, \
     data index 3 using 1:2:3:ytic("") with labels left font body \
	textcolor rgb ink offset screen px(28) - px(left), 0 notitle, \
     for [i = 1:series] data index 3 + i using 2:1:3:4 with xerrorbars \
	linewidth 1.4 linecolor rgb colour(i) pointtype point(i) \
	pointsize 0.6 * point_scale title columnheader(1)

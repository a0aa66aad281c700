# SPDX-License-Identifier: GPL-2.0-or-later
#
# Absolute values of one case: a row per cell and metric, in it a dot with its
# interval for every subject.
#
# Blocks: 0 corners of the plot (x y); 1 tics (x label); 2 heading (title
# subtitle); 3 rows (y label); then a block a subject: its name, then (y value
# low high).

reset
load "style.gp"
key_height = 18 * series
set lmargin at screen px(left)
set rmargin at screen px(page_width - 30)
set tmargin at screen py(top + 56)
set bmargin at screen py(bottom - 40 - key_height)
if (logarithmic) { set logscale x }
set grid xtics ytics back linetype 1 linewidth 0.6 linecolor rgb rule, \
	linetype 1 linewidth 0.4 linecolor rgb rule dashtype (2, 4)
set key at screen px(left), py(bottom - 10) left bottom Left reverse \
	vertical maxrows series samplen 1 font body textcolor rgb ink

plot data index 0 using 1:2 with dots linecolor rgb paper notitle, \
     data index 1 using 1:(NaN):xtic(2) with dots notitle, \
     data index 2 using (0):(1):1 axes x2y2 with labels left font title \
	textcolor rgb ink offset screen at_left, up(36) notitle, \
     data index 2 using (0):(1):2 axes x2y2 with labels left font body \
	textcolor rgb muted offset screen at_left, up(18) notitle, \
     data index 3 using (0):1:2 axes x2y1 with labels left font body \
	textcolor rgb ink offset screen at_row, 0 notitle, \
     data index 3 using (NaN):1:ytic("") with dots notitle, \
     for [i = 1:series] data index 3 + i using 2:1:3:4 with xerrorbars \
	linewidth 1.4 linecolor rgb colour(i) pointtype point(i) \
	pointsize 0.6 * point_scale title columnheader(1)

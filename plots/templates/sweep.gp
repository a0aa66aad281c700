# SPDX-License-Identifier: GPL-2.0-or-later
#
# Absolute values of one case over a numeric axis: a line per combination of
# the other axes and per subject. With one combination the colour tells the
# subjects apart, with more it tells the combinations and the dashes and points
# tell the subjects.
#
# Blocks: 0 corners of the plot (x y); 1 x tics (x label); 2 y tics (y label);
# 3 heading (title subtitle); 4 name of the x axis (label); then a block a
# line, the subjects of one combination together: the names of its combination
# and of its subject and what each further one costs, then (x line value low
# high). The line is a fit where the points lie on one, else it joins them.

reset
load "style.gp"
set lmargin at screen px(left)
set rmargin at screen px(page_width - 340)
set tmargin at screen py(top + 60)
set bmargin at screen py(bottom - 48)
if (logarithmic) { set logscale y }
set ytics textcolor rgb muted font body
set grid xtics ytics back linetype 1 linewidth 0.6 linecolor rgb rule
set key at screen px(page_width - 325), py(top + 56) left top Left reverse \
	vertical samplen 3 font body textcolor rgb ink

combinations = series / subjects
several = combinations > 1
hue(i) = several ? (i - 1) / subjects + 1 : i
look(i) = (i - 1) % subjects + 1
plot data index 0 using 1:2 with dots linecolor rgb paper notitle, \
     data index 1 using 1:(NaN):xtic(2) with dots notitle, \
     data index 2 using (NaN):1:ytic(2) with dots notitle, \
     data index 3 using (0):(1):1 axes x2y2 with labels left font title \
	textcolor rgb ink offset screen at_left, up(40) notitle, \
     data index 3 using (0):(1):2 axes x2y2 with labels left font body \
	textcolor rgb muted offset screen at_left, up(22) notitle, \
     data index 4 using (0.5):(0):1 axes x2y2 with labels center font body \
	textcolor rgb muted offset screen 0, up(-36) notitle, \
     for [i = 1:series] data index 4 + i every ::1 using 1:2 with lines \
	linewidth 1.4 linecolor rgb colour(hue(i)) dashtype dash(look(i)) \
	notitle, \
     for [i = 1:series] data index 4 + i every ::1 using 1:3:4:5 \
	with yerrorbars linewidth 1.4 linecolor rgb colour(hue(i)) \
	pointtype point(look(i)) pointsize 0.6 * point_scale notitle, \
     for [c = 1:combinations] for [entry = (several ? 1 : 2):(fitted ? 2 : 1)] \
	data index 5 + (c - 1) * subjects using (NaN):(NaN) with lines \
	linewidth 3 linecolor rgb entry == 1 && several ? colour(c) : paper \
	title columnheader(entry == 1 ? 1 : 3), \
     for [s = 1:subjects] \
	data index 4 + s using (NaN):(NaN) with linespoints linewidth 1.4 \
	linecolor rgb several ? muted : colour(s) dashtype dash(s) \
	pointtype point(s) pointsize 0.6 * point_scale title columnheader(2)

# SPDX-License-Identifier: GPL-2.0-or-later
#
# Quantiles of single operations: a small chart per cell, all with the same
# axes, a line per subject. Each step to the right is a tenth of what is left.
#
# Blocks: 0 heading (title subtitle); 1 corners of every chart (x y); 2 x tics
# (x label); 3 y tics (y label); 4 names of the subjects, a
# block each with nothing else; then
# for each cell a block with its label and one a subject (x value).

reset
load "style.gp"
columns = 3
gap = 24
cell_width = (page_width - left - 20 - gap * (columns - 1)) / columns
cell_height = 190

# A plot for the heading and the key, which no chart needs to have.
set lmargin at screen px(left)
set rmargin at screen px(page_width - 20)
set tmargin at screen py(top + 60)
set bmargin at screen py(bottom - 2)
unset border
unset xtics
unset ytics
set key at screen px(page_width - 20), py(top + 14) right top Right \
	vertical maxrows 2 samplen 3 font body textcolor rgb ink
set xrange [0:1]
set yrange [0:1]
plot data index 0 using (0):(1):1 axes x2y2 with labels left font title \
	textcolor rgb ink offset screen at_left, up(40) notitle, \
     data index 0 using (0):(1):2 axes x2y2 with labels left font body \
	textcolor rgb muted offset screen at_left, up(22) notitle, \
     for [s = 1:subjects] data index 3 + s using (NaN):(NaN) with lines \
	linewidth 1.8 linecolor rgb colour(s) dashtype dash(s) \
	title columnheader(1)

unset key
set border 1 linecolor rgb rule
set autoscale x
set autoscale y
set autoscale xfix
set autoscale yfix
set xtics scale 0 textcolor rgb muted font body offset 0, 0.2
set ytics scale 0 textcolor rgb muted font body
if (logarithmic) { set logscale y }
set grid xtics ytics back linetype 1 linewidth 0.6 linecolor rgb rule
do for [c = 1:series] {
	row = (c - 1) / columns
	edge = left + ((c - 1) % columns) * (cell_width + gap)
	first = 4 + subjects + (c - 1) * (1 + subjects)
	set lmargin at screen px(edge)
	set rmargin at screen px(edge + cell_width)
	set tmargin at screen py(top + 86 + row * cell_height)
	set bmargin at screen py(top + 86 + row * cell_height + cell_height - 52)
	plot data index 1 using 1:2 with dots linecolor rgb paper notitle, \
	     data index 2 using 1:(NaN):xtic(2) with dots notitle, \
	     data index 3 using (NaN):1:ytic((c - 1) % columns ? "" : strcol(2)) \
		with dots notitle, \
	     data index first using (0):(1):1 axes x2y2 with labels left \
		font body textcolor rgb ink offset screen 0, up(9) notitle, \
	     for [s = 1:subjects] data index first + s using 1:2 with lines \
		linewidth 1.8 linecolor rgb colour(s) dashtype dash(s) notitle
}

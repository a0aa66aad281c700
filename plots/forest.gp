# SPDX-License-Identifier: GPL-2.0-or-later
#
# new / base of every row with its interval, coloured and shaped by verdict.
#
# Blocks: 0 corners of the plot (x y); 1 tics (x label); 2 outline of the band
# within the threshold (x y); 3 headings (x y label); 4 rows
# (x y verdict label change ratio low high). x in 3 and 4 is the left edge.

reset
load "style.gp"
set lmargin at screen px(left)
set rmargin at screen px(page_width - 110)
set tmargin at screen py(top + 10)
set bmargin at screen py(bottom - 60)
set logscale x
set autoscale xfix
set autoscale yfix
set border 1 linecolor rgb rule
set xtics scale 0 textcolor rgb muted font body offset 0, 0.2
set ytics scale 0
set grid xtics ytics back linetype 1 linewidth 0.6 linecolor rgb rule, \
	linetype 1 linewidth 0.4 linecolor rgb rule dashtype (2, 4)
set errorbars small
set key at screen px(14), py(bottom - 14) left bottom Left reverse \
	horizontal samplen 1 width 2 font body textcolor rgb muted

verdicts = "regression improvement inconclusive unchanged"
point_regression = 9
point_improvement = 11
point_inconclusive = 6
point_unchanged = 7
size_regression = 0.75 * point_scale
size_improvement = 0.75 * point_scale
size_inconclusive = 0.6 * point_scale
size_unchanged = 0.4 * point_scale

set arrow from 1, graph 0 to 1, graph 1 nohead front linewidth 0.8 \
	linecolor rgb muted
change_at = px(page_width - 110 + 84) - px(left)

plot data index 0 using 1:2 with dots linecolor rgb paper notitle, \
     data index 1 using 1:(NaN):xtic(2) with dots notitle, \
     data index 2 using 1:2 with filledcurves closed fillcolor rgb band \
	title "within the threshold", \
     data index 3 using 1:2:3 with labels left font title \
	textcolor rgb ink offset screen px(14) - px(left), 0 notitle, \
     data index 4 using 1:2:4:ytic("") with labels left font body \
	textcolor rgb ink offset screen px(28) - px(left), 0 notitle, \
     for [v in verdicts] data index 4 \
	using 6:(strcol(3) eq v ? $2 : NaN):7:8 with xerrorbars \
	linewidth 1.4 linecolor rgb value("colour_".v) \
	pointtype value("point_".v) pointsize value("size_".v) title v, \
     for [v in verdicts] data index 4 \
	using 1:(strcol(3) eq v ? $2 : NaN):5 with labels right \
	font body textcolor rgb value("colour_".v) \
	offset screen change_at, 0 notitle

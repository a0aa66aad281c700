# SPDX-License-Identifier: GPL-2.0-or-later
#
# new / base of every row with its interval, coloured and shaped by verdict.
#
# Blocks: 0 heading (title subtitle); 1 corners of the plot (x y); 2 tics
# (x label); 3 outline of the band within the threshold (x y); 4 cases
# (y label usual); 5 rows (y verdict label change ratio low high).

reset
load "style.gp"
set lmargin at screen px(left)
set rmargin at screen px(page_width - 110)
set tmargin at screen py(top + 52)
set bmargin at screen py(bottom - 54)
set logscale x
set grid xtics ytics back linetype 1 linewidth 0.6 linecolor rgb rule, \
	linetype 1 linewidth 0.4 linecolor rgb rule dashtype (2, 4)
set key at screen px(14), py(bottom - 6) left bottom Left reverse \
	vertical maxrows 1 samplen 1 width 2 font body textcolor rgb muted

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
# Labels of other verdicts are empty: gnuplot 5.4 crashes on a plot of labels
# whose places are all undefined.
at_change = px(page_width - 26) - px(left)

plot data index 0 using (0):(1):1 axes x2y2 with labels left font title \
	textcolor rgb ink offset screen at_left, up(36) notitle, \
     data index 0 using (0):(1):2 axes x2y2 with labels left font body \
	textcolor rgb muted offset screen at_left, up(18) notitle, \
     data index 1 using 1:2 with dots linecolor rgb paper notitle, \
     data index 2 using 1:(NaN):xtic(2) with dots notitle, \
     data index 3 using 1:2 with filledcurves closed fillcolor rgb band \
	title "within the threshold", \
     data index 4 using (0):1:2 axes x2y1 with labels left font title \
	textcolor rgb ink offset screen at_left, 0 notitle, \
     data index 4 using (0):1:3 axes x2y1 with labels left font body \
	textcolor rgb muted offset screen at_row, up(-21) notitle, \
     data index 5 using (0):1:3 axes x2y1 with labels left font body \
	textcolor rgb ink offset screen at_row, 0 notitle, \
     data index 5 using (NaN):1:ytic("") with dots notitle, \
     for [v in verdicts] data index 5 \
	using 5:(strcol(2) eq v ? $1 : NaN):6:7 with xerrorbars \
	linewidth 1.4 linecolor rgb value("colour_".v) \
	pointtype value("point_".v) pointsize value("size_".v) title v, \
     for [v in verdicts] data index 5 \
	using (0):1:(strcol(2) eq v ? strcol(4) : "") axes x2y1 with labels right \
	font body textcolor rgb value("colour_".v) \
	offset screen at_change, 0 notitle

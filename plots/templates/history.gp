# SPDX-License-Identifier: GPL-2.0-or-later
#
# One metric of one cell over kernels in the order of history; where it changed
# the point has the colour and shape of the verdict and the size beside it.
#
# Blocks: 0 corners of the plot (x y); 1 x tics (x label); 2 y tics (y label);
# 3 heading (title subtitle); 4 points (x y); 5 changes (x y verdict label);
# 6 the same y tics against the first point (y label).

reset
load "style.gp"
set lmargin at screen px(left)
set rmargin at screen px(page_width - 84)
set tmargin at screen py(top + 50)
set bmargin at screen py(bottom - 92)
if (logarithmic) { set logscale y }
set ytics textcolor rgb muted font body
set xtics rotate by -35 left
set grid ytics back linetype 1 linewidth 0.6 linecolor rgb rule

verdicts = "regression improvement"
point_regression = 9
point_improvement = 11
plot data index 0 using 1:2 with dots linecolor rgb paper notitle, \
     data index 1 using 1:(NaN):xtic(2) with dots notitle, \
     data index 2 using (NaN):1:ytic(2) with dots notitle, \
     data index 3 using (0):(1):1 axes x2y2 with labels left font title \
	textcolor rgb ink offset screen at_left, up(34) notitle, \
     data index 3 using (0):(1):2 axes x2y2 with labels left font body \
	textcolor rgb muted offset screen at_left, up(16) notitle, \
     data index 4 using 1:2 with linespoints linewidth 1.4 \
	linecolor rgb colour(1) pointtype 7 pointsize 0.5 * point_scale notitle, \
     for [v in verdicts] data index 5 \
	using 1:(strcol(3) eq v ? $2 : NaN) with points \
	linecolor rgb value("colour_".v) pointtype value("point_".v) \
	pointsize point_scale notitle, \
     for [v in verdicts] data index 5 \
	using 1:2:(strcol(3) eq v ? strcol(4) : "") with labels center font body \
	textcolor rgb value("colour_".v) offset screen 0, up(13) notitle, \
     data index 6 using (1):1:2 axes x2y1 with labels left font body \
	textcolor rgb muted offset screen px(8), 0 notitle

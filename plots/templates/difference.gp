# SPDX-License-Identifier: GPL-2.0-or-later
#
# What makes one change: bars of the functions that take more instructions to
# the right of zero, fewer to the left; beside them the kinds of work. The
# number of series is that of the kinds.
#
# Blocks: 0 heading (title subtitle); 1 functions (y name change label colour);
# 2 corners of the plot (x y); 3 tics (x label); 4 kinds (y name base new).

reset
load "style.gp"
right = page_width - (series ? 350 : 30)
set lmargin at screen px(left)
set rmargin at screen px(right)
set tmargin at screen py(top + 84)
set bmargin at screen py(bottom - 38)
set grid xtics back linetype 1 linewidth 0.6 linecolor rgb rule
set arrow from 0, graph 0 to 0, graph 1 nohead front linewidth 0.8 \
	linecolor rgb muted
set style fill solid 1 noborder
unset key
unset ytics

at_kind = px(right + 28) - px(left)
at_base = px(page_width - 104) - px(left)
at_new = px(page_width - 20) - px(left)
set label "function" at screen px(28), py(top + 72) left font body \
	textcolor rgb muted
set label "instructions: left of 0 fewer, right of it more" \
	at screen px(left), py(top + 72) left font body textcolor rgb muted
if (series) {
	set label "kind of work" at screen px(right + 28), py(top + 72) left \
		font body textcolor rgb muted
	set label "base" at screen px(page_width - 104), py(top + 72) right \
		font body textcolor rgb muted
	set label "new" at screen px(page_width - 20), py(top + 72) right \
		font body textcolor rgb muted
}

colours_shown = "regression improvement unchanged"
end = px(6)
plot data index 2 using 1:2 with dots linecolor rgb paper notitle, \
     data index 3 using 1:(NaN):xtic(2) with dots notitle, \
     data index 0 using (0):(1):1 axes x2y2 with labels left font title \
	textcolor rgb ink offset screen at_left, up(68) notitle, \
     data index 0 using (0):(1):2 axes x2y2 with labels left font body \
	textcolor rgb muted offset screen at_left, up(50) notitle, \
     for [c in colours_shown] data index 1 \
	using 3:(strcol(5) eq c ? $1 : NaN):($3 < 0 ? $3 : 0):($3 < 0 ? 0 : $3) \
		:($1 - 0.34):($1 + 0.34) \
	with boxxyerror linecolor rgb value("colour_".c) notitle, \
     data index 1 using (0):1:2 axes x2y1 with labels left font body \
	textcolor rgb ink offset screen at_row, 0 notitle, \
     data index 1 using 3:1:($3 < 0 ? "" : strcol(4)) with labels left \
	font body textcolor rgb ink offset screen end, 0 notitle, \
     data index 1 using 3:1:($3 < 0 ? strcol(4) : "") with labels right \
	font body textcolor rgb ink offset screen -end, 0 notitle, \
     for [n = 1:series ? 1 : 0] data index 4 using (0):1:2 axes x2y1 \
	with labels left font body textcolor rgb ink \
	offset screen at_kind, 0 notitle, \
     for [n = 1:series ? 1 : 0] data index 4 using (0):1:3 axes x2y1 \
	with labels right font body textcolor rgb ink \
	offset screen at_base, 0 notitle, \
     for [n = 1:series ? 1 : 0] data index 4 using (0):1:4 axes x2y1 \
	with labels right font body textcolor rgb ink \
	offset screen at_new, 0 notitle

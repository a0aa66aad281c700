# SPDX-License-Identifier: GPL-2.0-or-later
#
# A page: a column of panels, each drawn by the template of its kind from
# panel-N.tsv. Run in the folder of the data with GNUPLOT_LIB naming the folder
# of the templates:
#
#   gnuplot -d -c page.gp FORMAT WIDTH KINDS HEIGHTS LEFTS SERIES SUBJECTS FLAGS
#
# FORMAT is svg or png, WIDTH in pixels; the others hold
# one word a panel: its template (forest, dots, sweep, history,
# tails, difference), its height and the
# width of its label column in pixels, the number of its lines, how many of
# them are subjects of the same line, and the sum of 1 for a logarithmic value
# axis and 2 for lines with a fit.

format = ARG1
page_width = int(ARG2)
page_height = 0
do for [word in ARG4] { page_height = page_height + int(word) }

top = bottom = left = 0
load "style.gp"

# A bitmap is drawn at twice the size: it is looked at on dense screens.
if (format eq "png") {
	set terminal pngcairo noenhanced size 2 * page_width, 2 * page_height \
		font "sans-serif,8" fontscale 2 linewidth 2 \
		background paper
} else {
	set terminal svg noenhanced size page_width, page_height \
		font "sans-serif,12" background paper
}
set output "page.".format

set multiplot
top = 0
do for [panel = 1:words(ARG3)] {
	data = sprintf("panel-%d.tsv", panel)
	bottom = top + int(word(ARG4, panel))
	left = int(word(ARG5, panel))
	series = int(word(ARG6, panel))
	subjects = int(word(ARG7, panel))
	logarithmic = int(word(ARG8, panel)) % 2
	fitted = int(word(ARG8, panel)) / 2
	load word(ARG3, panel).".gp"
	top = bottom
}
unset multiplot
set output

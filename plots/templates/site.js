/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filter and order of the overview; values of a series under the pointer. */
(function () {
	"use strict";
	var table = document.getElementById("series");

	function body(rows) {
		return Array.prototype.slice.call(rows);
	}

	function filter(input, rows, shown) {
		var words = input.value.toLowerCase().split(/\s+/), count = 0;

		rows.forEach(function (row) {
			var text = row.textContent.toLowerCase();

			row.hidden = !words.every(function (word) {
				return text.indexOf(word) >= 0;
			});
			count += !row.hidden;
		});
		shown.value = count + " of " + rows.length + " series";
	}

	function order(button, rows) {
		var key = button.dataset.sort, text = key === "name";

		rows.sort(function (a, b) {
			var x = a.dataset[key], y = b.dataset[key];

			return text ? (x < y ? -1 : x > y) :
				(+y > +x) - (+y < +x) ||
					(a.dataset.name < b.dataset.name ? -1 : 1);
		});
		rows.forEach(function (row) {
			row.parentNode.appendChild(row);
		});
		body(table.tHead.querySelectorAll("[aria-sort]")).forEach(function (head) {
			head.setAttribute("aria-sort", !head.contains(button) ?
				"none" : text ? "ascending" : "descending");
		});
	}

	function overview() {
		var rows = body(table.tBodies[0].rows);
		var input = document.getElementById("filter");
		var shown = document.getElementById("shown");

		input.addEventListener("input", function () {
			filter(input, rows, shown);
		});
		body(table.tHead.querySelectorAll("button")).forEach(function (button) {
			button.addEventListener("click", function () {
				order(button, rows);
			});
		});
		/* A browser may have kept what was typed. */
		filter(input, rows, shown);
	}

	function height(place, value) {
		var low = +place.low, high = +place.high, share;

		share = +place.log ?
			Math.log(value / low) / Math.log(high / low) :
			(value - low) / (high - low);
		return +place.bottom - share * (place.bottom - place.top);
	}

	function picture(figure) {
		var rows = document.getElementById("points").tBodies[0].rows;
		var unit = document.getElementById("points").dataset.unit;
		var svg = figure.querySelector("svg"), place = figure.dataset;
		var value = document.getElementById("value"), at = -1;
		var mark = document.createElementNS(svg.namespaceURI, "circle");
		var wide = (place.right - place.left) / (place.last - place.first);

		mark.setAttribute("r", 6);
		mark.setAttribute("class", "mark");

		function show(index) {
			var row, cells;

			at = Math.max(0, Math.min(rows.length - 1, index));
			row = rows[at];
			cells = row.cells;
			mark.setAttribute("cx", +place.left + (at - place.first) * wide);
			mark.setAttribute("cy", height(place, +row.dataset.v));
			svg.appendChild(mark);
			value.value = cells[0].textContent + ": " +
				cells[1].textContent + " " + unit + ", " +
				cells[2].textContent + " against the first";
		}

		figure.addEventListener("pointermove", function (event) {
			var point = svg.createSVGPoint();

			point.x = event.clientX;
			point.y = event.clientY;
			point = point.matrixTransform(svg.getScreenCTM().inverse());
			show(Math.round((point.x - place.left) / wide + +place.first));
		});
		figure.addEventListener("keydown", function (event) {
			var to = { ArrowLeft: at < 0 ? rows.length - 1 : at - 1,
				ArrowRight: at + 1, Home: 0, End: rows.length - 1 };

			if (!(event.key in to))
				return;
			event.preventDefault();
			show(to[event.key]);
		});
	}

	if (table)
		overview();
	body(document.querySelectorAll("figure[data-key]")).forEach(picture);
})();

// SPDX-License-Identifier: GPL-2.0-or-later
/* What a row of the report's tables is about. */
#include <errno.h>
#include <stdlib.h>

#include "html.h"
#include "sections.h"

int section_row_head(FILE *stream, const struct group *group,
		     const struct cell *cell, const char *metric)
{
	const struct chapter *chapter =
		figures_chapter(&group->figures, cell->name);
	char *label = chapter_label(chapter, cell, LABEL_VARYING, NULL);

	if (!label)
		return -ENOMEM;
	html_print(stream,
		   "<tr><th scope=\"row\" class=\"nowrap\">"
		   "<a href=\"#case-%zu\">%s</a></th><td>",
		   group->first_chapter +
			   (size_t)(chapter - group->figures.chapters),
		   chapter->name);
	html_words(stream, label);
	fputs("</td><td>", stream);
	html_words(stream, metric);
	fputs("</td>", stream);
	free(label);
	return 0;
}

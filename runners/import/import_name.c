// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of others, as a case and its axes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "results/base/array.h"

/* A number is told from a name by its digits, which say nothing else. */
static bool is_number(const char *text)
{
	size_t length = strlen(text);

	return length && length < 19 && !text[strspn(text, "0123456789")] &&
	       (text[0] != '0' || length == 1);
}

int import_name_axis(struct import_name *name, const char *axis,
		     const char *value)
{
	struct axis_value *grown =
		array_grow(name->axes, name->axis_count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	name->axes = grown;
	grown += name->axis_count++;
	*grown = (struct axis_value){ .axis = strdup(axis) };
	if (is_number(value))
		grown->number = strtoull(value, NULL, 10);
	else
		grown->text = strdup(value);
	return grown->axis && (grown->text || is_number(value)) ? 0 : -ENOMEM;
}

static bool has_axis(const struct import_name *name, const char *axis)
{
	for (size_t i = 0; i < name->axis_count; i++)
		if (!strcmp(name->axes[i].axis, axis))
			return true;
	return false;
}

/* "axis=value" of @part, which is cut; false when it is none. */
static bool take_axis(struct import_name *name, char *part, char sign, int *ret)
{
	char *value = strchr(part, sign);

	if (!value || value == part || !value[1])
		return false;
	*value = '\0';
	if (has_axis(name, part)) {
		*value = sign;
		return false;
	}
	*ret = import_name_axis(name, part, value + 1);
	return true;
}

/* "a=1,b=two"; 1 where some part is no axis. */
static int take_axes(struct import_name *name, char *list)
{
	char *part;
	int ret = 0;

	while (!ret && (part = strsep(&list, ",")))
		if (!take_axis(name, part, '=', &ret))
			return 1;
	return ret;
}

int import_name_label(struct import_name *name, const char *label)
{
	size_t length = strlen(label), head = strcspn(label, "[");
	char *list;
	int ret = 1;

	*name = (struct import_name){ 0 };
	if (head && head < length && label[length - 1] == ']') {
		list = strndup(label + head + 1, length - head - 2);
		name->name = strndup(label, head);
		ret = list && name->name ? take_axes(name, list) : -ENOMEM;
		free(list);
	}
	if (ret <= 0)
		return ret;
	/* What is no list of axes stays whole. */
	import_name_free(name);
	name->name = strdup(label);
	return name->name ? 0 : -ENOMEM;
}

int import_name_path(struct import_name *name, const char *path, char sign)
{
	char *copy = strdup(path), *rest = copy, *part, *to;
	int ret = 0;

	*name = (struct import_name){ .name = calloc(1, strlen(path) + 1) };
	if (!copy || !name->name)
		ret = -ENOMEM;
	to = name->name;
	while (!ret && (part = strsep(&rest, "/"))) {
		if (to != name->name && take_axis(name, part, sign, &ret))
			continue;
		to += sprintf(to, "%s%s", to == name->name ? "" : "/", part);
	}
	free(copy);
	return ret;
}

void import_name_free(struct import_name *name)
{
	free(name->name);
	axis_values_free(name->axes, name->axis_count);
	*name = (struct import_name){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System.map: "ffffffff81000000 T _text" a line. Debian's is one such line,
 * "ffffffffffffffff B The real System.map is in ...": without any code.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbol_drafts.h"

/* 0, -ENOMEM, -ENOEXEC for what is no such line. */
static int read_line(struct symbol_drafts *drafts, char *line)
{
	struct symbol_draft draft = { 0 };
	char type, *name;
	int used = 0;

	if (sscanf(line, "%" SCNx64 " %c %n", &draft.start, &type, &used) < 2 ||
	    !used || !line[used])
		return -ENOEXEC;
	name = line + used;
	draft.code = strchr("TtWw", type);
	draft.bind = type == 'T' ? SYMBOL_GLOBAL :
		     type == 'W' ? SYMBOL_WEAK :
				   SYMBOL_LOCAL;
	return drafts_add(drafts, &draft, name, strcspn(name, "\r\n\t "));
}

static int read_map(FILE *file, struct symbol_drafts *drafts)
{
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, file) > 0)
		ret = read_line(drafts, line);
	if (!ret && ferror(file))
		ret = -EIO;
	free(line);
	return ret;
}

static int map_error(int code, const char *path, struct error *err)
{
	if (code == -ENODATA)
		return error_set(err, code,
				 "%s: has no symbols of code (a stub of the "
				 "distribution's?): give the kernel's image",
				 path);
	if (code == -ENOEXEC)
		return error_set(err, code,
				 "%s: no System.map: give the file that the "
				 "kernel's build made",
				 path);
	return error_set(err, code, "%s: %s", path, strerror(-code));
}

int symbols_add_map(struct symbols *symbols, const char *path,
		    const char *module, struct error *err)
{
	struct symbol_drafts drafts = { 0 };
	FILE *file = fopen(path, "re");
	int ret;

	if (!file)
		return map_error(-errno, path, err);
	ret = read_map(file, &drafts);
	fclose(file);
	if (!ret)
		ret = symbols_take(symbols, &drafts, module);
	if (ret)
		map_error(ret, path, err);
	drafts_free(&drafts);
	return ret;
}

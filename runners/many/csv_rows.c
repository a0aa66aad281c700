// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_rows.h"
#include "results/base/array.h"
#include "results/store/result_file.h"

/* What is left of a field in an error. */
#define SHOWN 40

struct text {
	char *bytes;
	size_t length;
};

struct reader {
	struct csv_row row;
	size_t line, column; /* of the byte that is looked at */
	size_t begun_line, begun_column; /* of the field */
	bool ended; /* the field, by this byte */
	csv_row_note note;
	void *data;
	int status;
	struct error *err;
};

int csv_refuse(const struct csv_row *row, size_t field, const char *what,
	       const char *remedy, struct error *err)
{
	size_t place = field < row->count ? field : row->count - 1;
	const struct csv_field *at = &row->fields[place];

	return error_set(err, -EINVAL, "%s:%zu:%zu: '%.*s': %s: %s", row->path,
			 at->line, at->column, SHOWN,
			 csv_field_text(row, field), what, remedy);
}

static size_t line_at(const struct text *text, size_t end)
{
	size_t line = 1;

	for (size_t i = 0; i < end; i++)
		line += text->bytes[i] == '\n';
	return line;
}

static bool begins_with(const struct text *text, const char *mark)
{
	size_t length = strlen(mark);

	return text->length >= length && !memcmp(text->bytes, mark, length);
}

/* To UTF-8, which also tells what is none. */
static int convert(const char *path, const struct text *from, struct text *to,
		   struct error *err)
{
	bool wide =
		begins_with(from, "\xff\xfe") || begins_with(from, "\xfe\xff");
	size_t skip = begins_with(from, "\xef\xbb\xbf") ? 3 : 0;
	size_t left = from->length - skip, room = 2 * from->length + 1;
	iconv_t state = iconv_open("UTF-8", wide ? "UTF-16" : "UTF-8");
	char *in = from->bytes + skip, *out;
	bool bad;

	to->bytes = out = malloc(room);
	if (!out || state == (iconv_t)-1) {
		if (state != (iconv_t)-1)
			iconv_close(state);
		return error_set(err, -ENOMEM, "%s: cannot be converted", path);
	}
	bad = iconv(state, &in, &left, &out, &room) == (size_t)-1;
	iconv_close(state);
	to->length = (size_t)(out - to->bytes);
	if (!bad)
		return 0;
	return error_set(err, -EINVAL, "%s:%zu: this is not %s: write UTF-8",
			 path, line_at(to, to->length),
			 wide ? "UTF-16, as the file begins" : "UTF-8");
}

static int decode(const char *path, const char *bytes, size_t length,
		  struct text *text, struct error *err)
{
	const struct text raw = { (char *)bytes, length };
	int ret = convert(path, &raw, text, err);
	const char *nul = ret || !text->length ?
				  NULL :
				  memchr(text->bytes, 0, text->length);

	return nul ? error_set(err, -EINVAL,
			       "%s:%zu: a NUL byte, as UTF-16 without a byte "
			       "order mark has: write UTF-8",
			       path,
			       line_at(text, (size_t)(nul - text->bytes))) :
		     ret;
}

static unsigned char separator(const struct text *text)
{
	bool quoted = false, semicolon = false;

	for (size_t i = 0; i < text->length; i++) {
		char c = text->bytes[i];

		quoted ^= c == '"';
		if (quoted)
			continue;
		if (c == '\n' || c == '\t')
			return c == '\t' ? '\t' : semicolon ? ';' : ',';
		semicolon |= c == ';';
	}
	return semicolon ? ';' : ',';
}

static int add_field(struct csv_row *row, const char *bytes, size_t length,
		     const struct reader *reader)
{
	struct csv_field *grown =
		array_grow(row->fields, row->count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	row->fields = grown;
	grown += row->count;
	*grown = (struct csv_field){ strndup(bytes, length), reader->begun_line,
				     reader->begun_column };
	if (!grown->text)
		return -ENOMEM;
	row->count++;
	return 0;
}

static void on_field(void *bytes, size_t length, void *data)
{
	struct reader *reader = data;

	reader->ended = true;
	if (reader->status)
		return;
	if (reader->row.count == CSV_FIELDS_MAX)
		reader->status = error_set(reader->err, -EINVAL,
					   "%s:%zu: more than %d fields: leave "
					   "some out",
					   reader->row.path, reader->line,
					   CSV_FIELDS_MAX);
	else if (add_field(&reader->row, bytes, length, reader))
		reader->status = error_set(reader->err, -ENOMEM,
					   "history: out of memory");
}

static void drop_fields(struct csv_row *row)
{
	while (row->count)
		free(row->fields[--row->count].text);
	free(row->fields);
	row->fields = NULL;
}

static void on_row(int end, void *data)
{
	struct reader *reader = data;

	(void)end;
	reader->ended = true;
	if (!reader->status && reader->row.count)
		reader->status =
			reader->note(&reader->row, reader->data, reader->err);
	drop_fields(&reader->row);
}

static int refuse_quote(const struct reader *reader)
{
	return error_set(reader->err, -EINVAL,
			 "%s:%zu:%zu: a quote inside a field, or one that does "
			 "not end: put the field into quotes and double those "
			 "in it",
			 reader->row.path, reader->begun_line,
			 reader->begun_column);
}

static int parse(struct csv_parser *parser, const struct text *text,
		 struct reader *reader)
{
	for (size_t i = 0; i < text->length && !reader->status; i++) {
		if (csv_parse(parser, text->bytes + i, 1, on_field, on_row,
			      reader) != 1)
			return refuse_quote(reader);
		reader->column++;
		if (text->bytes[i] == '\n') {
			reader->line++;
			reader->column = 1;
		}
		if (!reader->ended)
			continue;
		reader->begun_line = reader->line;
		reader->begun_column = reader->column;
		reader->ended = false;
	}
	if (!reader->status && csv_fini(parser, on_field, on_row, reader))
		return refuse_quote(reader);
	return reader->status;
}

static int read_decoded(const struct text *text, struct reader *reader)
{
	/* Every line feed is told, so that the place of a field is known. */
	const unsigned char options =
		CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL;
	struct csv_parser parser;
	int ret;

	csv_init(&parser, options);
	csv_set_delim(&parser, separator(text));
	ret = parse(&parser, text, reader);
	csv_free(&parser);
	drop_fields(&reader->row);
	return ret;
}

int csv_read_text(const char *path, const char *bytes, size_t length,
		  csv_row_note note, void *data, struct error *err)
{
	struct reader reader = { .row.path = path,
				 .line = 1,
				 .column = 1,
				 .begun_line = 1,
				 .begun_column = 1,
				 .note = note,
				 .data = data,
				 .err = err };
	struct text text = { 0 };
	int ret;

	if (length > CSV_BYTES_MAX)
		return error_set(err, -EFBIG,
				 "%s: more than %zu MiB: leave some lines out",
				 path, CSV_BYTES_MAX >> 20);
	ret = decode(path, bytes, length, &text, err);
	if (!ret)
		ret = read_decoded(&text, &reader);
	free(text.bytes);
	return ret;
}

int csv_read(const char *path, csv_row_note note, void *data, struct error *err)
{
	char *bytes;
	size_t length;
	int ret = file_read(path, &bytes, &length, err);

	if (!ret)
		ret = csv_read_text(path, bytes, length, note, data, err);
	free(bytes);
	return ret;
}

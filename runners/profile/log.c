// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "results/base/array.h"

void profile_log_init(struct profile_log *log, FILE *stream)
{
	*log = (struct profile_log){ .stream = stream };
}

static void forget_samples(struct profile_log *log)
{
	for (size_t i = 0; i < log->sample_count; i++) {
		free(log->samples[i].uses);
		free(log->samples[i].touches);
	}
	free(log->samples);
	log->samples = NULL;
	log->sample_count = 0;
}

void profile_log_free(struct profile_log *log)
{
	forget_samples(log);
	for (size_t i = 0; i < log->window_count; i++) {
		free(log->windows[i].entries);
		free(log->windows[i].calls);
	}
	free(log->windows);
	free(log->places);
	*log = (struct profile_log){ 0 };
}

/* A number up to @max, and what may end it: a character of @ends; -EPROTO. */
static int number_of(char **text, int base, uint64_t max, const char *ends,
		     uint64_t *value)
{
	char *behind;

	if (!strchr("0123456789abcdef", **text) || !**text)
		return -EPROTO;
	errno = 0;
	*value = strtoull(*text, &behind, base);
	if (errno || *value > max || (*behind && !strchr(ends, *behind)))
		return -EPROTO;
	*text = *behind ? behind + 1 : behind;
	return 0;
}

static int number(char **text, int base, uint64_t max, char end,
		  uint64_t *value)
{
	const char ends[] = { end, '\0' };

	return number_of(text, base, max, ends, value);
}

static int small(char **text, uint64_t max, char end, uint32_t *value)
{
	uint64_t wide;
	int ret = number(text, 10, max, end, &wide);

	if (!ret)
		*value = (uint32_t)wide;
	return ret;
}

static int place_number(const struct profile_log *log, char **text, char end,
			uint32_t *value)
{
	int ret = small(text, PROFILE_PLACES_MAX - 1, end, value);

	if (!ret && (*value >= log->place_room || !log->places[*value].size))
		ret = -EPROTO;
	return ret;
}

static int grow_places(struct profile_log *log, size_t at)
{
	size_t room = log->place_room ? log->place_room : 4096;
	struct profile_place *grown;

	while (room <= at)
		room *= 2;
	if (room == log->place_room)
		return 0;
	grown = reallocarray(log->places, room, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	memset(grown + log->place_room, 0,
	       (room - log->place_room) * sizeof(*grown));
	log->places = grown;
	log->place_room = room;
	return 0;
}

static int read_code(const char *text, struct profile_place *place)
{
	size_t length = strlen(text);

	if (!length || length % 2 || length / 2 > PROFILE_CODE_MAX ||
	    strspn(text, "0123456789abcdef") != length)
		return -EPROTO;
	for (size_t i = 0; i < length; i += 2) {
		const char digits[] = { text[i], text[i + 1], '\0' };

		place->code[i / 2] = (uint8_t)strtoul(digits, NULL, 16);
	}
	place->size = (uint8_t)(length / 2);
	return 0;
}

static int read_place(struct profile_log *log, char *text)
{
	struct profile_place place = { 0 };
	uint32_t at;
	int ret = small(&text, PROFILE_PLACES_MAX - 1, ' ', &at);

	if (!ret)
		ret = number(&text, 16, UINT64_MAX, ' ', &place.address);
	if (!ret)
		ret = read_code(text, &place);
	if (!ret)
		ret = grow_places(log, at);
	if (!ret)
		log->places[at] = place;
	return ret;
}

static int read_entry(const struct profile_log *log, char **text,
		      struct profile_window *window)
{
	struct profile_entry *grown, *entry;
	uint64_t taken;
	int ret;

	grown = array_grow(window->entries, window->count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	window->entries = grown;
	entry = &grown[window->count++];
	*entry = (struct profile_entry){ 0 };
	ret = place_number(log, text, ':', &entry->place);
	if (!ret)
		ret = small(text, UINT32_MAX, ':', &entry->executed);
	if (!ret)
		ret = small(text, UINT32_MAX, ':', &entry->loads);
	if (!ret)
		ret = small(text, UINT32_MAX, ':', &entry->stores);
	if (!ret)
		ret = number_of(text, 10, UINT32_MAX, " :", &taken);
	if (ret)
		return ret;
	entry->taken = (uint32_t)taken;
	if ((*text)[-1] != ':')
		return 0;
	ret = small(text, UINT32_MAX, ':', &entry->devices);
	return ret ? ret : small(text, UINT32_MAX, ' ', &entry->interrupts);
}

static int read_window(struct profile_log *log, char *text)
{
	struct profile_window *grown, *window;
	uint32_t at;
	int ret = small(&text, PROFILE_WINDOWS_MAX - 1, ' ', &at);

	if (ret || at != log->window_count)
		return -EPROTO;
	grown = array_grow(log->windows, log->window_count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	log->windows = grown;
	window = &grown[log->window_count++];
	*window = (struct profile_window){ 0 };
	ret = place_number(log, &text, ' ', &window->from);
	if (!ret)
		ret = place_number(log, &text, ' ', &window->to);
	if (!ret)
		ret = number(&text, 10, UINT64_MAX, ' ', &window->instructions);
	while (!ret && *text)
		ret = read_entry(log, &text, window);
	return ret;
}

static int read_call(const struct profile_log *log, char **text,
		     struct profile_window *window)
{
	struct profile_call *grown, *call;
	int ret = 0;

	grown = array_grow(window->calls, window->call_count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	window->calls = grown;
	call = &grown[window->call_count++];
	if (!strncmp(*text, "-:", 2)) {
		call->site = PROFILE_NOBODY;
		*text += 2;
	} else {
		ret = place_number(log, text, ':', &call->site);
	}
	if (!ret)
		ret = place_number(log, text, ':', &call->callee);
	if (!ret)
		ret = number(text, 10, UINT32_MAX, ':', &call->calls);
	return ret ? ret : number(text, 10, UINT64_MAX, ' ', &call->inclusive);
}

/* Of the window defined last. */
static int read_calls(struct profile_log *log, char *text)
{
	struct profile_window *window;
	int ret = 0;

	if (!log->window_count)
		return -EPROTO;
	window = &log->windows[log->window_count - 1];
	while (!ret && *text)
		ret = read_call(log, &text, window);
	return ret;
}

static int read_use(const struct profile_log *log, char **text,
		    struct profile_sample *sample)
{
	struct profile_use *grown, *use;
	uint32_t part;
	int ret;

	grown = array_grow(sample->uses, sample->use_count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	sample->uses = grown;
	use = &grown[sample->use_count++];
	ret = small(text, PROFILE_WINDOWS_MAX - 1, ':', &use->window);
	if (!ret && use->window >= log->window_count)
		ret = -EPROTO;
	if (!ret)
		ret = small(text, UINT32_MAX, ':', &use->times);
	if (!ret)
		ret = small(text, TELL_PARTS - 1, ' ', &part);
	if (!ret)
		use->part = (enum tell_part)part;
	return ret;
}

static int read_sample(struct profile_log *log, char *text)
{
	struct profile_sample *grown;
	int ret = 0;

	grown = array_grow(log->samples, log->sample_count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	log->samples = grown;
	grown += log->sample_count++;
	*grown = (struct profile_sample){ 0 };
	while (!ret && *text)
		ret = read_use(log, &text, grown);
	return ret;
}

static int read_touch(const struct profile_log *log, char **text,
		      struct profile_sample *sample,
		      const struct profile_touches *line)
{
	struct profile_touches *grown, *touches;
	int ret;

	grown = array_grow(sample->touches, sample->touch_count,
			   sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	sample->touches = grown;
	touches = &grown[sample->touch_count++];
	*touches = *line;
	ret = place_number(log, text, ':', &touches->place);
	for (int i = 0; i < PROFILE_TOUCHES && !ret; i++)
		ret = small(text, UINT32_MAX,
			    i + 1 < PROFILE_TOUCHES ? ':' : ' ',
			    &touches->amounts[i]);
	return ret;
}

/* Of the sample before. */
static int read_lines(const struct profile_log *log, char *text)
{
	struct profile_touches line = { 0 };
	int ret;

	if (!log->sample_count)
		return -EPROTO;
	ret = place_number(log, &text, ' ', &line.from);
	if (!ret)
		ret = place_number(log, &text, ' ', &line.to);
	if (!ret)
		ret = small(&text, TELL_PARTS - 1, ' ', &line.part);
	while (!ret && *text)
		ret = read_touch(log, &text,
				 &log->samples[log->sample_count - 1], &line);
	return ret;
}

static int read_metric(struct profile_log *log, char *text)
{
	struct profile_metric metric;
	struct profile_sample *sample;
	int ret =
		number(&text, 10, PROFILE_METRICS_MAX - 1, ' ', &metric.number);

	if (!ret)
		ret = number(&text, 10, UINT64_MAX, ' ', &metric.ticks);
	if (!ret)
		ret = number(&text, 10, UINT64_MAX, ' ', &metric.harness);
	if (!ret)
		ret = number(&text, 10, UINT64_MAX, ' ', &metric.units);
	if (ret || *text || !metric.units || !log->sample_count)
		return -EPROTO;
	sample = &log->samples[log->sample_count - 1];
	if (sample->metric_count == PROFILE_METRICS_MAX)
		return -EPROTO;
	sample->metrics[sample->metric_count++] = metric;
	return 0;
}

static int read_cell(struct profile_log *log, char *text)
{
	forget_samples(log);
	return number(&text, 10, UINT32_MAX, '\0', &log->cell);
}

/* 1: the cell is done. */
static int read_line(struct profile_log *log, char *line, struct error *err)
{
	if (log->line == 1)
		return strcmp(line, PROFILE_LOG_HEAD) ? -EPROTO : 0;
	if (!strcmp(line, "d"))
		return 1;
	if (!line[0] || line[1] != ' ')
		return !strcmp(line, "s") ? read_sample(log, line + 1) :
					    -EPROTO;
	switch (*line) {
	case 'i':
		return read_place(log, line + 2);
	case 'w':
		return read_window(log, line + 2);
	case 'e':
		return read_calls(log, line + 2);
	case 'c':
		return read_cell(log, line + 2);
	case 's':
		return read_sample(log, line + 2);
	case 'l':
		return read_lines(log, line + 2);
	case 'm':
		return read_metric(log, line + 2);
	case 'x':
		return error_set(err, -ENODATA, "the plugin gave up: %.200s",
				 line + 2);
	default:
		return -EPROTO;
	}
}

int profile_log_next(struct profile_log *log, struct error *err)
{
	char *line = NULL;
	size_t room = 0;
	int ret = 0;

	while (!ret) {
		off_t begin = ftello(log->stream);
		ssize_t length = getline(&line, &room, log->stream);

		if (length <= 0 || line[length - 1] != '\n') {
			/* Half a line: the rest is still to be written. */
			clearerr(log->stream);
			if (length > 0 && fseeko(log->stream, begin, SEEK_SET))
				ret = -errno;
			break;
		}
		line[length - 1] = '\0';
		log->line++;
		ret = read_line(log, line, err);
	}
	free(line);
	if (ret < 0 && ret != -ENODATA)
		error_set(err, ret, "the plugin's log, line %zu: %s", log->line,
			  ret == -ENOMEM ? "out of memory" : "not understood");
	return ret;
}

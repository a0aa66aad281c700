// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "random.h"
#include "requests.h"

/* How often each kind of call is made. */
static const unsigned int weights[CALL_KINDS] = {
	[CALL_REQUEST] = 70, [CALL_OPEN] = 6,	[CALL_CLOSE] = 4,
	[CALL_DUP] = 2,	     [CALL_SEND] = 4,	[CALL_MEMORY] = 14,
	[CALL_TOUCH] = 8,    [CALL_FORK] = 2,	[CALL_EXEC] = 1,
	[CALL_CPU] = 2,	     [CALL_LIMITS] = 1,
};

static uint8_t choose_kind(struct random *random)
{
	unsigned int sum = 0, at, kind;

	for (kind = 0; kind < CALL_KINDS; kind++)
		sum += weights[kind];
	at = random_below(random, sum);
	for (kind = 0; at >= weights[kind]; kind++)
		at -= weights[kind];
	return kind;
}

static void make_call(const struct program *program, struct random *random,
		      struct call *call)
{
	*call = (struct call){
		.kind = choose_kind(random),
		.thread = random_below(random, program->threads),
		.file = random_below(
			random, random_one_in(random, 2) ? 2 : PROGRAM_FILES),
		.request = random_below(random, requests_count()),
		.tweak = 255,
		.seed = random_next(random),
		.other = random_next(random),
	};
	if (random_one_in(random, 3))
		call->times = random_below(random, 12);
	if (random_one_in(random, 12))
		call->fail = 1 + random_below(random, 24);
}

/* Half of all requests of a program are of two kinds: those that meet. */
static void make_theme(struct program *program, struct random *random)
{
	uint8_t one = random_below(random, requests_count());
	uint8_t other = random_below(random, requests_count());

	for (uint32_t i = 0; i < program->count; i++)
		if (random_one_in(random, 2))
			program->calls[i].request =
				random_one_in(random, 2) ? one : other;
}

static void make(uint64_t seed, struct program *program)
{
	struct random random = { seed };

	memset(program, 0, sizeof(*program));
	program->threads = 1 + random_below(&random, PROGRAM_THREADS);
	program->count = 24 + random_below(&random, PROGRAM_CALLS - 32);
	program->flags = random_next(&random) & PROGRAM_IN_TURN;
	if (random_one_in(&random, 6))
		program->flags |= PROGRAM_LAZY_FAULTS | PROGRAM_KILLED;
	if (random_one_in(&random, 4))
		program->flags |= PROGRAM_KILLED;
	if (random_one_in(&random, 3))
		program->flags |= PROGRAM_LEAVES_PARTNER;
	program->kill_us = random_below(&random, 200000);
	for (uint32_t i = 0; i < program->count; i++)
		make_call(program, &random, &program->calls[i]);
	make_theme(program, &random);
	program->calls[0].kind = program->calls[1].kind = CALL_OPEN;
	program->calls[0].file = 0;
	program->calls[1].file = 1;
}

static void insert(struct program *program, struct random *random)
{
	uint32_t at = random_below(random, program->count + 1);

	if (program->count == PROGRAM_CALLS)
		return;
	memmove(&program->calls[at + 1], &program->calls[at],
		(program->count - at) * sizeof(struct call));
	program->count++;
	make_call(program, random, &program->calls[at]);
}

static void repeat(struct program *program, struct random *random)
{
	uint32_t from = random_below(random, program->count);
	uint32_t to = random_below(random, program->count);

	program->calls[to] = program->calls[from];
	if (random_one_in(random, 2))
		program->calls[to].thread =
			random_below(random, program->threads);
}

static void drop(struct program *program, struct random *random)
{
	uint32_t at = random_below(random, program->count);

	if (program->count < 4)
		return;
	program->count--;
	memmove(&program->calls[at], &program->calls[at + 1],
		(program->count - at) * sizeof(struct call));
}

static void change_call(struct program *program, struct random *random)
{
	struct call *call =
		&program->calls[random_below(random, program->count)];

	switch (random_below(random, 5)) {
	case 0:
		call->seed = random_next(random);
		break;
	case 1:
		call->thread = random_below(random, program->threads);
		break;
	case 2:
		call->fail = random_below(random, 24);
		break;
	case 3:
		call->request = random_below(random, requests_count());
		break;
	default:
		call->tweak = random_below(random, 12);
		call->other = random_next(random);
	}
}

static void change(uint64_t seed, struct program *program)
{
	struct random random = { seed };
	uint64_t changes = 1 + random_below(&random, 4);

	while (changes--)
		switch (random_below(&random, 8)) {
		case 0:
			insert(program, &random);
			break;
		case 1:
			repeat(program, &random);
			break;
		case 2:
			drop(program, &random);
			break;
		case 3:
			program->flags ^= 1u << random_below(&random, 4);
			program->kill_us = random_below(&random, 200000);
			break;
		default:
			change_call(program, &random);
		}
}

void program_make(const struct line *line, struct program *program)
{
	make(line->seeds[0], program);
	for (uint32_t i = 1; i < line->count; i++)
		change(line->seeds[i], program);
}

void line_extend(struct line *line, uint64_t seed)
{
	if (line->count == LINE_SEEDS)
		line->count--;
	line->seeds[line->count++] = seed;
}

void line_print(const struct line *line, char text[LINE_TEXT])
{
	char *to = text;

	*to = '\0';
	for (uint32_t i = 0; i < line->count && i < LINE_SEEDS; i++)
		to += sprintf(to, "%s%llx", i ? "." : "",
			      (unsigned long long)line->seeds[i]);
}

bool line_parse(const char *text, struct line *line)
{
	char *end;

	for (line->count = 0; line->count < LINE_SEEDS; text = end + 1) {
		line->seeds[line->count++] = strtoull(text, &end, 16);
		if (end == text || !*end)
			return end != text;
		if (*end != '.')
			return false;
	}
	return false;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <jansson.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cache.h"
#include "qemu_asked.h"

#define ANSWERS \
	"qemu-answers.json" /* of the cache: { KEY: [OUTPUT, ERRORS] } */
#define ANSWERS_MAX 64 /* of some QEMUs; then all are asked again */
#define SECONDS 30

static bool is_limited(void)
{
	struct rlimit space;

	return getrlimit(RLIMIT_AS, &space) || space.rlim_cur != RLIM_INFINITY;
}

static bool is_binary(const char *path)
{
	FILE *file = fopen(path, "re");
	char magic[4] = "";

	if (!file)
		return false;
	if (fread(magic, 1, sizeof(magic), file) != sizeof(magic))
		*magic = '\0';
	fclose(file);
	return !memcmp(magic, "\177ELF", sizeof(magic));
}

static void add(SHA256_CTX *hash, const char *text)
{
	SHA256Update(hash, (const uint8_t *)text, strlen(text) + 1);
}

/* False: its answer is not kept. */
static bool make_key(const char *const *argv, const char *also,
		     char key[SHA256_DIGEST_STRING_LENGTH])
{
	char path[PATH_MAX], identity[CACHE_IDENTITY];
	SHA256_CTX hash;

	if (is_limited() || process_find(argv[0], path) || !is_binary(path))
		return false;
	SHA256Init(&hash);
	cache_identity(path, identity);
	add(&hash, identity);
	cache_identity(also ?: "", identity);
	add(&hash, identity);
	for (size_t i = 1; argv[i]; i++)
		add(&hash, argv[i]);
	SHA256End(&hash, key);
	return true;
}

static json_t *read_answers(void)
{
	char path[PATH_MAX];
	json_t *answers = cache_path(path, NULL, ANSWERS) ?
				  NULL :
				  json_load_file(path, 0, NULL);

	if (!json_is_object(answers) ||
	    json_object_size(answers) >= ANSWERS_MAX) {
		json_decref(answers);
		answers = json_object();
	}
	return answers;
}

static bool recall(const char *key, struct process_result *result)
{
	json_t *answers = read_answers();
	const char *output, *errors;
	bool found;

	*result = (struct process_result){ 0 };
	found = !json_unpack(json_object_get(answers, key), "[ss]", &output,
			     &errors);
	if (found) {
		result->output = strdup(output);
		result->errors = strdup(errors);
		found = result->output && result->errors;
	}
	if (!found)
		process_result_free(result);
	json_decref(answers);
	return found;
}

/* Best effort: without it the next run asks again. */
static void remember(const char *key, const struct process_result *result)
{
	char draft[PATH_MAX], path[PATH_MAX];
	struct scratch scratch;
	json_t *answers;

	if (cache_path(path, NULL, ANSWERS) || scratch_open(&scratch, NULL))
		return;
	answers = read_answers();
	join_path(draft, "%s/answers", scratch.path);
	if (!json_object_set_new(
		    answers, key,
		    json_pack("[ss]", result->output, result->errors)) &&
	    !json_dump_file(answers, draft, JSON_INDENT(1)))
		cache_publish(draft, path, NULL);
	json_decref(answers);
	scratch_close(&scratch);
}

int qemu_ask(const char *const *argv, const char *also,
	     struct process_result *result)
{
	char key[SHA256_DIGEST_STRING_LENGTH];
	bool keeps = make_key(argv, also, key);
	int ret;

	if (keeps && recall(key, result))
		return 0;
	ret = process_run(argv, NULL, SECONDS, result);
	if (keeps && !ret && !result->status)
		remember(key, result);
	return ret;
}

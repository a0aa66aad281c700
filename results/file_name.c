// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <sha256.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "file_name.h"

#define PLAIN_MAX 100
#define KEPT_MAX 80
#define DIGITS 16

#define ALLOWED                      \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789._+-"

static const char allowed[] = ALLOWED;

static bool consists_of(const char *text, const char *set, size_t most)
{
	size_t length = strspn(text, set);

	return length && length <= most && !text[length] && *text != '.' &&
	       *text != '-';
}

bool file_name_is_plain(const char *text)
{
	return consists_of(text, allowed, PLAIN_MAX);
}

bool file_name_is_made(const char *text)
{
	return consists_of(text, ALLOWED "~", NAME_MAX);
}

char *file_name(const char *text, char name[FILE_NAME_SIZE])
{
	char hash[SHA256_DIGEST_STRING_LENGTH];
	size_t length = strlen(text);

	if (file_name_is_plain(text)) {
		memcpy(name, text, length + 1);
		return name;
	}
	SHA256Data((const uint8_t *)text, length, hash);
	if (length > KEPT_MAX)
		length = KEPT_MAX;
	for (size_t i = 0; i < length; i++) {
		bool dot = !i && (text[i] == '.' || text[i] == '-');

		name[i] = strchr(allowed, text[i]) && !dot ? text[i] : '_';
	}
	snprintf(name + length, FILE_NAME_SIZE - length, "~%.*s", DIGITS, hash);
	return name;
}

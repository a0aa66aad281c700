// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runners/profile/kallsyms.h"
#include "kallsyms_fixture.h"

static struct image image;
static struct image_symbol symbols[1000];

struct seen {
	size_t count;
	size_t stop; /* after so many */
};

static int check(uint64_t address, char type, const char *name, size_t length,
		 void *data)
{
	struct seen *seen = data;
	const struct image_symbol *symbol = &symbols[seen->count++];

	assert_int_equal(address, symbol->address);
	assert_int_equal(type, symbol->name[0]);
	assert_string_equal(name, symbol->name + 1);
	assert_int_equal(length, strlen(name));
	return seen->count == seen->stop ? 77 : 0;
}

static int ignore(uint64_t address, char type, const char *name, size_t length,
		  void *data)
{
	(void)address;
	(void)type;
	assert_int_equal(strlen(name), length);
	(void)data;
	return 0;
}

static void name_symbols(size_t count, bool percpu)
{
	size_t length;

	for (size_t i = 0; i < count; i++) {
		symbols[i].address = TEXT + 24 * i;
		if (percpu && i < 3 && i + 1 < count)
			symbols[i].address = 64 * i;
		snprintf(symbols[i].name, sizeof(symbols[i].name),
			 "%c__x64_sys_%zu", "TtWdA"[i % 5], i);
	}
	/* Rust's are this long; from 256 on both bytes of a length matter. */
	length = count % 2 ? 130 : 330;
	memset(symbols[count / 2].name + 1, 'r', length);
	symbols[count / 2].name[1 + length] = '\0';
}

static int read_image(int (*each)(uint64_t, char, const char *, size_t, void *),
		      struct seen *seen)
{
	const struct kallsyms_segment segment = { 0, image.length, TEXT };
	/* Of its own, so that reading beyond it is seen. */
	uint8_t *bytes = malloc(image.length);
	struct kallsyms_image copy = { bytes, image.length, &segment, 1 };
	int ret;

	memcpy(bytes, image.bytes, image.length);
	ret = kallsyms_read(&copy, each, seen);
	free(bytes);
	return ret;
}

static void test_every_layout(void **state)
{
	static const size_t counts[] = { 1, 2, 255, 256, 257, 512, 600, 1000 };

	(void)state;
	for (int age = 0; age < AGES; age++)
		for (int percpu = 0; percpu < (age == AGE_7_0 ? 1 : 2);
		     percpu++)
			for (size_t i = 0; i < 8; i++) {
				struct seen seen = { 0 };

				name_symbols(counts[i], percpu);
				image_make(&image, age, percpu, symbols,
					   counts[i]);
				if (read_image(check, &seen) ||
				    seen.count != counts[i])
					fail_msg("age %d percpu %d: %zu of %zu",
						 age, percpu, seen.count,
						 counts[i]);
			}
}

static void test_reader_may_stop(void **state)
{
	struct seen seen = { .stop = 5 };

	(void)state;
	name_symbols(300, false);
	image_make(&image, AGE_6_4, false, symbols, 300);
	assert_int_equal(read_image(check, &seen), 77);
	assert_int_equal(seen.count, 5);
}

/* Since 7.0 the offsets mean nothing without knowing where they lie. */
static void test_place_is_needed(void **state)
{
	struct kallsyms_image bare = { image.bytes, 0, NULL, 0 };

	(void)state;
	name_symbols(300, false);
	image_make(&image, AGE_7_0, false, symbols, 300);
	bare.length = image.length;
	assert_int_equal(kallsyms_read(&bare, ignore, NULL), -ENODATA);
}

static void relocate(uint64_t where, uint64_t what)
{
	image_put(&image, where, 8);
	image_put(&image, 0x403, 8);
	image_put(&image, what, 8);
}

/*
 * An Image of arm64 puts addresses where zeros are once it runs. Its lowest
 * symbol, which others are counted from, need not be where it begins.
 */
static void leave_relocations(enum image_age age)
{
	const uint64_t base = TEXT;
	uint64_t begin = age == AGE_7_0 ? TEXT : TEXT - (2 << 20);

	relocate(begin + 8, begin + 0x100);
	for (size_t at = 0; at + 8 <= image.length; at += 8) {
		if (memcmp(image.bytes + at, &base, 8))
			continue;
		memset(image.bytes + at, 0, 8);
		relocate(begin + at, base);
		break;
	}
	image_put(&image, 0x403, 8);
}

static void test_image_of_arm64(void **state)
{
	(void)state;
	for (int age = 0; age < AGES; age++) {
		struct kallsyms_image bare = { image.bytes, 0, NULL, 0 };
		struct seen seen = { 0 };

		name_symbols(300, false);
		image_make(&image, age, false, symbols, 300);
		leave_relocations(age);
		bare.length = image.length;
		if (kallsyms_read(&bare, check, &seen) || seen.count != 300)
			fail_msg("age %d: %zu of 300", age, seen.count);
	}
}

static void test_damage(void **state)
{
	(void)state;
	for (int age = 0; age < AGES; age++) {
		size_t whole;

		name_symbols(300, true);
		image_make(&image, age, age != AGE_7_0, symbols, 300);
		whole = image.length;
		for (size_t cut = 0; cut < whole; cut += 211) {
			image.length = cut;
			read_image(ignore, NULL);
		}
		image.length = whole;
		for (size_t at = 800; at < whole; at += 97) {
			uint8_t kept = image.bytes[at];

			image.bytes[at] ^= 0x81;
			read_image(ignore, NULL);
			image.bytes[at] = kept;
		}
		memset(image.bytes, 0, whole);
		assert_int_equal(read_image(ignore, NULL), -ENODATA);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_layout),
		cmocka_unit_test(test_reader_may_stop),
		cmocka_unit_test(test_place_is_needed),
		cmocka_unit_test(test_image_of_arm64),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests_name("kallsyms", tests, NULL, NULL);
}

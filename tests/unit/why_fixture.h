/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up results with profiles, for tests of what tells the why. */
#ifndef TEST_WHY_FIXTURE_H
#define TEST_WHY_FIXTURE_H

#include "compare_fixture.h"

/* A side with pin.fast, whose metric pin is @level; two pages a sample. */
static inline void make_side(struct result *result, const char *kinds,
			     const char *profile, double level)
{
	struct cell *cell;
	struct trial *trial;

	surround(result, "instructions", "tcg", "x");
	json_object_set_new(result->run, "profile", json_loads(kinds, 0, NULL));
	cell = add_cell(result, "pin.fast", 512);
	add_trial(cell, 0, "pin", "instruction/page", false, &level, 1);
	trial = &cell->trials[0];
	trial->profile = json_loads(profile, 0, NULL);
	assert_non_null(trial->profile);
}

/*
 * In the new run f() has become g(), a load has become an atomic in h(), and
 * the harness takes 4 ticks in both.
 */
static inline void make_changed(struct result sides[2])
{
	make_side(&sides[0], "[\"instructions\", \"loads\", \"atomics\"]",
		  "{\"pin\": {\"ticks\": 104, \"harness\": 4, \"units\": 2, "
		  "\"functions\": {\"vmlinux\": {\"f\": [60, 20], "
		  "\"h\": [40, 10]}, \"mmgauge\": {\"mmg_pin\": [4]}}}}",
		  50);
	/* In another order, as another version may have it. */
	make_side(&sides[1], "[\"instructions\", \"atomics\", \"loads\"]",
		  "{\"pin\": {\"ticks\": 124, \"harness\": 4, \"units\": 2, "
		  "\"functions\": {\"vmlinux\": {\"g\": [80, 0, 20], "
		  "\"h\": [40, 2, 8]}, \"mmgauge\": {\"mmg_pin\": [4]}}}}",
		  60);
}

#endif

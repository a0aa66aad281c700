/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sets of results, cell by cell and metric by metric: ratio of medians
 * with an interval over boots, q value and verdict (docs/statistics.md).
 *
 * On the instruction clock any difference is real and only the threshold
 * decides; one boot a side is enough. On the wall clock `regression` and
 * `improvement` need the whole interval beyond the threshold and a q value of
 * at most --fdr, and `unchanged` needs two one-sided tests that it is within
 * (Schuirmann 1987); anything else is inconclusive. So is everything with too
 * few boots to know how boots differ, however clear it looks:
 * stats_boots_enough() asks for four a side, or three and five. Where a side
 * is a baseline of several runs, these are what is replicated.
 *
 * A threshold t is symmetric in the logarithm: ratios from 1 / (1 + t) to
 * 1 + t are no change.
 */
#ifndef MMGAUGE_COMPARE_H
#define MMGAUGE_COMPARE_H

#include "behaviour.h"
#include "results/base/result.h"
#include "results/cell_filter.h"
#include "results/stats/components.h"
#include "results/stats/layers.h"

enum verdict {
	VERDICT_UNCHANGED,
	VERDICT_IMPROVEMENT,
	VERDICT_INCONCLUSIVE,
	VERDICT_REGRESSION,
	VERDICT_BEHAVES, /* differently: an exact fact is another one */
	VERDICT_BROKEN, /* measured in the base, invalid or worse now */
	VERDICT_INCOMPARABLE,
};

const char *verdict_name(enum verdict verdict);

/* Whether a row with this verdict has medians; if not, it has a reason. */
static inline bool verdict_is_of_cost(enum verdict verdict)
{
	return verdict <= VERDICT_REGRESSION;
}

/* What the sides repeat: see results/stats/layers.h. */
enum compare_layer {
	LAYER_BOOTS,
	LAYER_ROUNDS, /* boots of either side in turns */
	LAYER_RUNS,
};

struct compare_options {
	double threshold; /* relative, 0.01 is 1 % */
	/*
	 * Where the base is a baseline of three runs or more: by how much its
	 * own runs differ, in place of the threshold above.
	 */
	bool learn;
	double fdr; /* the most a q value may be, 0.05 is 5 %; 0: 5 % */
	uint64_t seed; /* of the bootstrap */
	/*
	 * Say what it takes for intervals to reach no further than this, 0.01
	 * is 1 %; 0: do not. On a clock without noise there is nothing to say.
	 */
	double precision;
	bool force; /* compare although machine, clock or accelerator differ */
	bool all; /* print the unchanged rows, too */
	/*
	 * What of it is asked for: NULL, all. The others are judged with it, for
	 * q values are of all that was measured, and dropped.
	 */
	const struct cell_filter *keep;
};

/* One metric of one cell, or what it does: behaves, broken. */
struct comparison_tail {
	size_t base_all, new_all; /* operations, 0 in a row without tails */
	size_t base_above, new_above; /* slower than the middle of both tails */
	double chance; /* that they differ so much by which calls were slow */
};

struct comparison {
	const struct cell *base_cell; /* NULL: only the new side has it */
	const struct cell *new_cell; /* NULL: only the base has it */
	const char *metric; /* NULL when the row is not of a metric */
	struct behaviour behaviour; /* of VERDICT_BEHAVES, else empty */
	const char *unit;
	bool higher_is_better;
	double base; /* medians, NaN when absent */
	double new;
	double ratio; /* new / base, NaN when undefined */
	double low; /* interval of the ratio, NaN when unknown */
	double high;
	/*
	 * The share of false ones among all rows as surprising as this, by
	 * Benjamini and Hochberg; NaN on a clock without noise.
	 */
	double q;
	double threshold; /* of this row; learnt or as in the options */
	double p_rank; /* Mann-Whitney on the boots, unadjusted; NaN likewise */
	enum compare_layer layer; /* that is replicated */
	struct stats_row evidence; /* of that layer; internal */
	struct stats_row inside; /* of the boots, at every layer; internal */
	struct stats_logs base_logs, new_logs; /* internal */
	struct stats_components noise; /* of logarithms, with a precision */
	struct comparison_tail tail; /* of a row that compares tails */
	double turns_chance; /* of guests of several CPUs; NaN: of others */
	enum stats_status status;
	unsigned int base_boots;
	unsigned int new_boots;
	unsigned int base_runs;
	unsigned int new_runs;
	bool learnt; /* the threshold, and it is below its cap */
	enum verdict verdict;
	/*
	 * "slower" or "faster" of an inconclusive row whose sign is sure and
	 * whose size is not; else NULL.
	 */
	const char *direction;
	unsigned int more_boots; /* a side, to settle an inconclusive row; 0 */
	char *reason; /* of a verdict that needs one, else NULL */
};

/*
 * The rows of one case, metric and unit that both sides have, together. Boots
 * are averaged over the cells first, for what disturbs a boot disturbs them all.
 */
struct comparison_group {
	const char *name; /* of the case */
	const char *metric;
	bool higher_is_better;
	unsigned int count;
	double ratio; /* geometric mean, new / base */
	double low, high; /* as of a row */
	double q; /* among the groups */
	double threshold;
	enum verdict verdict;
	const char *direction;
	char *reason;
};

/* What it takes for every interval to reach the wanted precision. */
struct compare_plan {
	double boot, trial, sample; /* sd of the middle row; NaN: unknown */
	struct stats_design
		design; /* cost in seconds; boots is 0 without one */
	unsigned int hopeless; /* rows that no number of boots brings there */
};

struct compare_report {
	const struct result *base;
	const struct result *new;
	struct compare_options options;
	/*
	 * How often `run --until-verdict` could have stopped: the 5 % that
	 * intervals may miss and the --fdr are shared among so many looks, so
	 * that they hold for all of them together. Else 1.
	 */
	unsigned int looks;
	struct comparison *rows; /* sorted by case, axes; metrics as measured */
	size_t count;
	struct comparison_group *groups; /* of two rows or more */
	size_t group_count;
	struct compare_plan plan; /* with options.precision on a wall clock */
	unsigned int verdicts[VERDICT_INCOMPARABLE + 1]; /* of rows */
	char *refusal; /* why nothing at all may be compared, else NULL */
	/*
	 * What the verdicts say nothing of though a reader may think so, and
	 * what to do; NULL where there is no such thing.
	 */
	char *caution;
	char **differences; /* context that differs: config, compiler, ... */
	size_t difference_count;
};

/*
 * Compare. The results must outlive the report. 0, -ENOMEM. When clock kind,
 * accelerator or machine fingerprint differ, or wall-clock time was taken under
 * software emulation, every row is incomparable and refusal says why; when
 * forced that line is one of the differences instead.
 */
int compare_results(const struct result *base, const struct result *new,
		    const struct compare_options *options,
		    struct compare_report *report);

/*
 * Whether only one side's profile tells inlined functions apart: then both are
 * compared by symbol.
 */
bool compare_by_symbol(const struct compare_report *report);

/* Whether it is on a clock without noise, both sides of it. */
bool compare_is_exact(const struct compare_report *report);

/* The verdicts that are bad news, one bit (1u << verdict) each. */
#define COMPARE_WORSE                                       \
	(1u << VERDICT_REGRESSION | 1u << VERDICT_BEHAVES | \
	 1u << VERDICT_BROKEN)

/* Whether any row or group has a verdict with its bit in @mask. */
bool compare_any(const struct compare_report *report, unsigned int mask);

/*
 * How many more boots a side would settle what boots can settle, but for one
 * row in a hundred: the noisiest row says little of the others. 0 when nothing
 * is open. An estimate: measure some, compare again.
 */
unsigned int compare_more_boots(const struct compare_report *report);

/* The rows that boots could settle and have not. */
unsigned int compare_open(const struct compare_report *report);
void compare_free(struct compare_report *report);

/* {"cells":[...], "summary":{}}, docs/result-format.md. New reference. */
json_t *compare_to_json(const struct compare_report *report);

#endif

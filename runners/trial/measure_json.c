// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests and replies of measure.h as JSON. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "results/base/utf8.h"

/* Of one length: its digits must not move the ticks of a guest. */
#define SEED "%016" PRIx64

json_t *measure_request_to_json(const struct measure_request *request)
{
	char seed[17];

	snprintf(seed, sizeof(seed), SEED, request->seed);
	return json_pack(
		"{s:s, s:o, s:i, s:i, s:b, s:f, s:f, s:i, s:s*, s:s*, s:o*}",
		"case", request->name, "axes",
		axes_to_json(request->axes, request->axis_count), "boot",
		(int)request->boot, "trial", (int)request->trial,
		"instructions", request->instructions, "precision",
		request->precision, "max_time", request->max_time, "latency",
		(int)request->latency, "counters", request->counters, "seed",
		request->draws ? seed : NULL, "pauses",
		request->pauses ? json_true() : NULL);
}

int measure_request_from_json(const json_t *object,
			      struct measure_request *request,
			      struct error *err)
{
	json_error_t error;
	const char *name, *counters = NULL, *seed = NULL;
	json_t *axes;
	int boot, trial, instructions, latency, pauses = 0;

	memset(request, 0, sizeof(*request));
	if (json_unpack_ex(
		    (json_t *)object, &error, 0,
		    "{s:s, s:o, s:i, s:i, s:b, s:F, s:F, s:i, s?s, s?s, s?b}",
		    "case", &name, "axes", &axes, "boot", &boot, "trial",
		    &trial, "instructions", &instructions, "precision",
		    &request->precision, "max_time", &request->max_time,
		    "latency", &latency, "counters", &counters, "seed", &seed,
		    "pauses", &pauses))
		return error_set(err, -EINVAL,
				 "request: %s: the agent and mmgauge must be "
				 "of one build",
				 error.text);
	request->boot = (unsigned int)boot;
	request->trial = (unsigned int)trial;
	request->instructions = instructions;
	request->latency = (unsigned int)latency;
	request->pauses = pauses;
	request->draws = seed;
	request->seed = seed ? strtoull(seed, NULL, 16) : 0;
	request->name = strdup(name);
	request->counters = counters ? strdup(counters) : NULL;
	if (!request->name || (counters && !request->counters))
		return error_set(err, -ENOMEM, "request: out of memory");
	return axes_from_json(axes, &request->axes, &request->axis_count,
			      "/axes", err);
}

void measure_request_free(struct measure_request *request)
{
	axis_values_free(request->axes, request->axis_count);
	free(request->name);
	free(request->counters);
	memset(request, 0, sizeof(*request));
}

json_t *measure_reply_to_json(const struct measure_reply *reply)
{
	return json_pack("{s:s, s:o, s:o}", "status",
			 cell_status_name(reply->status), "reason",
			 utf8_json(reply->reason), "trial",
			 trial_to_json(&reply->trial));
}

json_t *measure_crash_to_json(const char *reason)
{
	return json_pack("{s:s, s:o, s:n}", "status",
			 cell_status_name(CELL_CRASHED), "reason",
			 utf8_json(reason), "trial");
}

int measure_reply_from_json(const json_t *object, struct measure_reply *reply,
			    struct error *err)
{
	json_error_t error;
	const char *status, *reason;
	json_t *trial;

	memset(reply, 0, sizeof(*reply));
	if (json_unpack_ex((json_t *)object, &error, 0, "{s:s, s:s, s:o}",
			   "status", &status, "reason", &reason, "trial",
			   &trial))
		return error_set(err, -EINVAL,
				 "reply: %s: the agent and "
				 "mmgauge must be of one build",
				 error.text);
	snprintf(reply->reason, sizeof(reply->reason), "%s", reason);
	for (reply->status = CELL_OK;
	     strcmp(cell_status_name(reply->status), status); reply->status++)
		if (reply->status == CELL_CRASHED)
			return error_set(err, -EINVAL,
					 "reply: no status '%s': the agent and "
					 "mmgauge must be of one build",
					 status);
	if (json_is_null(trial)) /* it crashed */
		return 0;
	return trial_from_json(trial, &reply->trial, "/trial", err);
}
